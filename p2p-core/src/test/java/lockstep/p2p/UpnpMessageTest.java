package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a router says by UPnP, and what of it counts.
class UpnpMessageTest {
  private static final URI DESCRIPTION = URI.create("http://192.168.1.1:5000/rootDesc.xml");

  private final InetAddress router;

  UpnpMessageTest() throws Exception {
    router = InetAddress.getByAddress(IpLiteral.parse4("192.168.1.1"));
  }

  private static String service(String control) {
    return """
    <?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList>
    <service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
    <controlURL>/ctl/L3F</controlURL></service>
    <service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
    <controlURL>%s</controlURL></service>
    </serviceList></device></root>
    """
        .formatted(control);
  }

  @Test
  void a_router_says_where_its_description_is() {
    String answer =
        "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLocation: " + DESCRIPTION + "\r\n\r\n";
    assertThat(UpnpMessage.location(answer, router)).contains(DESCRIPTION);
  }

  @Test
  void an_address_of_another_computer_does_not_count() {
    for (String elsewhere :
        new String[] {
          "http://192.168.1.2:5000/x",
          "http://127.0.0.1/x",
          "http://192.168.1.1.example/x",
          "http://user@192.168.1.1/x",
          "https://192.168.1.1/x",
          "file:///etc/passwd",
          "http://[::1/x"
        }) {
      assertThat(UpnpMessage.location("LOCATION: " + elsewhere + "\r\n", router))
          .as(elsewhere)
          .isEmpty();
      assertThat(
              UpnpMessage.service(service(elsewhere), DESCRIPTION, router)
                  .map(s -> s.control().getHost()))
          .as(elsewhere)
          .isIn(java.util.Optional.empty(), java.util.Optional.of("192.168.1.1"));
    }
  }

  @Test
  void the_service_that_knows_port_mappings_is_found_among_others() {
    var found = UpnpMessage.service(service("/ctl/IPConn?a=1&amp;b=2"), DESCRIPTION, router);
    assertThat(found)
        .contains(
            new UpnpMessage.Service(
                "urn:schemas-upnp-org:service:WANIPConnection:1",
                URI.create("http://192.168.1.1:5000/ctl/IPConn?a=1&b=2")));
  }

  @Test
  void entities_are_never_resolved() {
    String hostile =
        "<!DOCTYPE root [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + service("/ctl/&x;");
    assertThat(UpnpMessage.service(hostile, DESCRIPTION, router))
        .isPresent()
        .get()
        .satisfies(s -> assertThat(s.control().getPath()).isEqualTo("/ctl/&x;"));
  }

  @Test
  void a_request_says_what_is_wanted() {
    var service = UpnpMessage.service(service("/ctl"), DESCRIPTION, router).orElseThrow();
    var wish = new PortMapMessage.Wish(4001, 4002, Duration.ofHours(1));
    String request =
        UpnpMessage.call(service, "AddPortMapping", UpnpMessage.add(wish, router, 3600));
    assertThat(request)
        .startsWith("POST /ctl HTTP/1.0\r\nHost: 192.168.1.1:5000\r\n")
        .contains("#AddPortMapping\"\r\n")
        .contains("<NewExternalPort>4002</NewExternalPort>")
        .contains("<NewInternalPort>4001</NewInternalPort>")
        .contains("<NewInternalClient>192.168.1.1</NewInternalClient>")
        .contains("<NewLeaseDuration>3600</NewLeaseDuration>");
  }

  @Test
  void answers_are_read() {
    assertThat(UpnpMessage.isOk("HTTP/1.1 200 OK\r\n\r\n")).isTrue();
    assertThat(UpnpMessage.isOk("HTTP/1.1 500 Internal Server Error\r\n\r\n200 ")).isFalse();
    assertThat(UpnpMessage.error("<errorCode>718</errorCode>")).isEqualTo(718);
    assertThat(UpnpMessage.error("nothing")).isZero();
    assertThat(UpnpMessage.address("<NewExternalIPAddress>203.0.113.7</NewExternalIPAddress>"))
        .get()
        .extracting(InetAddress::getHostAddress)
        .isEqualTo("203.0.113.7");
    assertThat(UpnpMessage.address("<NewExternalIPAddress>999.0.0.1</NewExternalIPAddress>"))
        .isEmpty();
  }
}
