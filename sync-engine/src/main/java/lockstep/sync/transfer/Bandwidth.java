package lockstep.sync.transfer;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerStream;

/// The streams that carry contents, held back as the limits of the device say: what is sent before
/// it is written, what is received after it was read, so that the peer's window fills up. Limits
/// may change while streams are in use. Thread-safe.
public final class Bandwidth {
  /// Bytes per second that pass for others at most, whatever else is allowed.
  private static final long RELAYED_MAX = 16 << 20;

  private final Throttle upload;
  private final Throttle download;
  private final Throttle relayed;
  private volatile boolean local;

  /// Nothing of this device is held back until [#limit] says so.
  public Bandwidth(TimeSource time) {
    upload = new Throttle(time);
    download = new Throttle(time);
    relayed = new Throttle(time);
    relayed.limit(OptionalLong.of(RELAYED_MAX));
  }

  /// @param upload bytes per second at most; empty for as many as there are
  /// @param download the same for what is received
  /// @param local whether peers on the local network are held back, too
  public void limit(OptionalLong upload, OptionalLong download, boolean local) {
    this.local = local;
    this.upload.limit(upload);
    this.download.limit(download);
  }

  OutputStream output(PeerStream stream) {
    return new FilterOutputStream(stream.output()) {
      @Override
      public void write(int octet) throws IOException {
        if (isHeldBack(stream, upload)) upload.pass(1);
        out.write(octet);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end && isHeldBack(stream, upload)) {
          int slice = Math.min(end - at, upload.slice());
          upload.pass(slice);
          out.write(bytes, at, slice);
          out.flush();
          at += slice;
        }
        if (at < end) out.write(bytes, at, end - at);
      }
    };
  }

  InputStream input(PeerStream stream) {
    return new FilterInputStream(stream.input()) {
      @Override
      public int read() throws IOException {
        if (isHeldBack(stream, download)) download.pass(1);
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (!isHeldBack(stream, download)) return in.read(bytes, offset, length);
        int read = in.read(bytes, offset, Math.min(length, download.slice()));
        if (read > 0) download.pass(read);
        return read;
      }
    };
  }

  /// What this device passes on as a relay is held back on its way in and out like its own, and all
  /// of it together by a limit of its own. Returns when so many bytes may pass.
  public void pass(PeerStream from, PeerStream to, int bytes) throws InterruptedIOException {
    relayed.pass(bytes);
    if (isHeldBack(from, download)) download.pass(bytes);
    if (isHeldBack(to, upload)) upload.pass(bytes);
  }

  private boolean isHeldBack(PeerStream stream, Throttle way) {
    return way.isLimited() && (local || !stream.isLocal());
  }
}
