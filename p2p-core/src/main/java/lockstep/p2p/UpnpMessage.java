package lockstep.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is said to a router by UPnP (Internet Gateway Device, versions 1 and 2), as text. Pure. Of
/// what a router writes only the few elements that are of use are looked for; no XML parser runs,
/// so there are no entities and nothing to include.
final class UpnpMessage {
  /// Any text of a router; what is beyond is not read.
  static final int BYTES_MAX = 64 << 10;

  private static final String SERVICES =
      "urn:schemas-upnp-org:service:WAN(?:IP|PPP)Connection:[12]";
  private static final Pattern LOCATION =
      Pattern.compile("(?im)^location:[ \\t]*(http://[^\\s]{1,200})[ \\t]*\\r?$");
  private static final Pattern SERVICE =
      Pattern.compile("<service>(.{1,4000}?)</service>", Pattern.DOTALL);
  private static final Pattern TYPE = Pattern.compile("<serviceType>\\s*(" + SERVICES + ")\\s*</");
  private static final Pattern CONTROL = Pattern.compile("<controlURL>\\s*([^<\\s]{1,200})\\s*</");
  private static final Pattern ADDRESS =
      Pattern.compile("<NewExternalIPAddress>\\s*([0-9.]{7,15})\\s*</");
  private static final Pattern ERROR = Pattern.compile("<errorCode>\\s*([0-9]{1,5})\\s*</");

  private UpnpMessage() {}

  /// Where a service of the router is spoken to.
  ///
  /// @param type of the service, one of those that know port mappings
  record Service(String type, URI control) {}

  /// Asks all of the network for routers.
  static byte[] search() {
    return """
    M-SEARCH * HTTP/1.1\r
    HOST: 239.255.255.250:1900\r
    MAN: "ssdp:discover"\r
    MX: 1\r
    ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r
    \r
    """
        .getBytes(US_ASCII);
  }

  /// Where a router that answers says its description is. Only its own address counts.
  static Optional<URI> location(String answer, InetAddress router) {
    Matcher found = LOCATION.matcher(answer);
    return found.find() ? at(found.group(1), router) : Optional.empty();
  }

  /// A plain address of that very computer; no name is looked up.
  private static Optional<URI> at(String text, InetAddress router) {
    try {
      URI uri = URI.create(text);
      boolean there =
          "http".equals(uri.getScheme())
              && router.getHostAddress().equals(uri.getHost())
              && uri.getUserInfo() == null;
      return there ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /// The service that knows port mappings, from a description.
  static Optional<Service> service(String description, URI from, InetAddress router) {
    Matcher services = SERVICE.matcher(description);
    while (services.find()) {
      Matcher type = TYPE.matcher(services.group(1));
      Matcher control = CONTROL.matcher(services.group(1));
      if (!type.find() || !control.find()) continue;
      String path = control.group(1).replace("&amp;", "&");
      Optional<URI> at = path.startsWith("http:") ? at(path, router) : resolved(from, path, router);
      if (at.isPresent()) return Optional.of(new Service(type.group(1), at.get()));
    }
    return Optional.empty();
  }

  private static Optional<URI> resolved(URI from, String path, InetAddress router) {
    try {
      return at(from.resolve(path).toString(), router);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  static String get(URI uri) {
    return head("GET", uri) + "\r\n";
  }

  /// @param arguments elements, one after the other
  static String call(Service service, String action, String arguments) {
    String body =
        """
        <?xml version="1.0"?>
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>\
        <u:%s xmlns:u="%s">%s</u:%s></s:Body></s:Envelope>
        """
            .formatted(action, service.type(), arguments, action);
    return head("POST", service.control())
        + "Content-Type: text/xml; charset=\"utf-8\"\r\n"
        + "SOAPAction: \"%s#%s\"\r\n".formatted(service.type(), action)
        + "Content-Length: %d\r\n\r\n".formatted(body.getBytes(UTF_8).length)
        + body;
  }

  private static String head(String method, URI uri) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return "%s %s%s HTTP/1.0\r\nHost: %s:%d\r\nConnection: close\r\n"
        .formatted(method, path, query, uri.getHost(), port(uri));
  }

  static int port(URI uri) {
    return uri.getPort() < 0 ? 80 : uri.getPort();
  }

  static String add(PortMapMessage.Wish wish, InetAddress self, long seconds) {
    return place(wish)
        + element("NewInternalPort", wish.port())
        + element("NewInternalClient", self.getHostAddress())
        + element("NewEnabled", 1)
        + element("NewPortMappingDescription", "Lockstep")
        + element("NewLeaseDuration", seconds);
  }

  static String place(PortMapMessage.Wish wish) {
    return element("NewRemoteHost", "")
        + element("NewExternalPort", wish.external())
        + element("NewProtocol", "TCP");
  }

  private static String element(String name, Object value) {
    return "<%s>%s</%s>".formatted(name, value, name);
  }

  /// Whether the answer to a request says that all is well.
  static boolean isOk(String answer) {
    return answer.matches("(?s)HTTP/1\\.[01] 200 .*");
  }

  /// What a router says went wrong; 0 if it says nothing of it.
  static int error(String answer) {
    Matcher found = ERROR.matcher(answer);
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }

  static Optional<InetAddress> address(String answer) {
    Matcher found = ADDRESS.matcher(answer);
    if (!found.find()) return Optional.empty();
    try {
      return Optional.of(InetAddress.getByAddress(IpLiteral.parse4(found.group(1))));
    } catch (IllegalArgumentException | java.net.UnknownHostException malformed) {
      return Optional.empty();
    }
  }
}
