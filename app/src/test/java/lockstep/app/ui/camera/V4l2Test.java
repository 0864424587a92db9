package lockstep.app.ui.camera;

import static org.assertj.core.api.Assertions.assertThat;

import lockstep.app.ui.camera.V4l2.Request;
import org.junit.jupiter.api.Test;

/// What a C compiler makes of `<linux/videodev2.h>` on x86-64 and ARM64 (Linux 6.1).
class V4l2Test {
  @Test
  void structures_are_as_large_as_the_kernels() {
    assertThat(V4l2.CAPABILITY.byteSize()).isEqualTo(104);
    assertThat(V4l2.FORMAT.byteSize()).isEqualTo(208);
    assertThat(V4l2.REQUEST.byteSize()).isEqualTo(20);
    assertThat(V4l2.BUFFER.byteSize()).isEqualTo(88);
  }

  @Test
  void fields_stand_where_the_kernel_has_them() {
    assertThat(V4l2.CARD).isEqualTo(16);
    assertThat(V4l2.CAPABILITIES).isEqualTo(84);
    assertThat(V4l2.DEVICE_CAPS).isEqualTo(88);
    assertThat(V4l2.FORMAT_TYPE).isEqualTo(0);
    assertThat(V4l2.WIDTH).isEqualTo(8);
    assertThat(V4l2.HEIGHT).isEqualTo(12);
    assertThat(V4l2.PIXEL_FORMAT).isEqualTo(16);
    assertThat(V4l2.FIELD).isEqualTo(20);
    assertThat(V4l2.BYTES_PER_LINE).isEqualTo(24);
    assertThat(V4l2.REQUEST_COUNT).isEqualTo(0);
    assertThat(V4l2.REQUEST_TYPE).isEqualTo(4);
    assertThat(V4l2.REQUEST_MEMORY).isEqualTo(8);
    assertThat(V4l2.BUFFER_INDEX).isEqualTo(0);
    assertThat(V4l2.BUFFER_TYPE).isEqualTo(4);
    assertThat(V4l2.BYTES_USED).isEqualTo(8);
    assertThat(V4l2.FLAGS).isEqualTo(12);
    assertThat(V4l2.BUFFER_MEMORY).isEqualTo(60);
    assertThat(V4l2.OFFSET).isEqualTo(64);
    assertThat(V4l2.LENGTH).isEqualTo(72);
  }

  @Test
  void requests_have_the_kernels_numbers() {
    assertThat(Request.QUERYCAP.code).isEqualTo(0x80685600);
    assertThat(Request.S_FMT.code).isEqualTo(0xc0d05605);
    assertThat(Request.REQBUFS.code).isEqualTo(0xc0145608);
    assertThat(Request.QUERYBUF.code).isEqualTo(0xc0585609);
    assertThat(Request.QBUF.code).isEqualTo(0xc058560f);
    assertThat(Request.DQBUF.code).isEqualTo(0xc0585611);
    assertThat(Request.STREAMON.code).isEqualTo(0x40045612);
    assertThat(Request.STREAMOFF.code).isEqualTo(0x40045613);
  }

  @Test
  void formats_have_the_kernels_codes() {
    assertThat(Encoding.YUYV.fourcc).isEqualTo(0x56595559);
    assertThat(Encoding.MJPEG.fourcc).isEqualTo(0x47504a4d);
    assertThat(Encoding.GREY.fourcc).isEqualTo(0x59455247);
    assertThat(Encoding.NV12.fourcc).isEqualTo(0x3231564e);
  }
}
