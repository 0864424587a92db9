package lockstep.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.Disk;

/// Reads an open directory by `getdents64`, and what stands behind each name by `statx` straight
/// from the kernel's own buffer: two calls in all for an entry in the usual case, and no copy of
/// its name but the string.
final class DirectoryReader {
  private static final int RECORD_LENGTH = 16; // offsets in struct linux_dirent64
  private static final int NAME = 19;

  private final Scratch scratch;
  private final int directory;
  private final String shownAs;
  private final List<Disk.Listed> entries = new ArrayList<>();

  DirectoryReader(Scratch scratch, int directory, String shownAs) {
    this.scratch = scratch;
    this.directory = directory;
    this.shownAs = shownAs;
  }

  List<Disk.Listed> readAll() throws IOException {
    MemorySegment records = scratch.transfer();
    while (true) {
      long filled =
          SystemCall.GETDENTS64.call(scratch, directory, records.address(), records.byteSize());
      if (filled < 0) {
        throw Errno.exception(filled, shownAs);
      }
      if (filled == 0) {
        return entries;
      }
      for (long at = 0; at < filled; ) {
        int length = Short.toUnsignedInt(records.get(JAVA_SHORT, at + RECORD_LENGTH));
        add(records.asSlice(at + NAME, length - NAME));
        at += length;
      }
    }
  }

  /// @param padded the name, its NUL and padding
  private void add(MemorySegment padded) throws IOException {
    byte[] name = name(padded);
    if (name.length <= 2 && name[0] == '.' && (name.length == 1 || name[1] == '.')) {
      return;
    }
    long result = Statx.ask(scratch, directory, padded.address(), 0);
    if (result == -Errno.ENOENT) {
      return; // it vanished meanwhile
    }
    if (result < 0) {
      throw Errno.exception(result, shownAs + "/" + new String(name, StandardCharsets.UTF_8));
    }
    entries.add(listed(name, Statx.answer(scratch)));
  }

  private static byte[] name(MemorySegment padded) {
    int length = 0;
    while (padded.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return padded.asSlice(0, length).toArray(JAVA_BYTE);
  }

  private static Disk.Listed listed(byte[] name, Disk.Stat stat) {
    for (byte b : name) {
      if (b < 0) {
        return listedDecoded(name, stat);
      }
    }
    return new Disk.Listed(new String(name, StandardCharsets.ISO_8859_1), true, stat);
  }

  private static Disk.Listed listedDecoded(byte[] name, Disk.Stat stat) {
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return new Disk.Listed(decoder.decode(ByteBuffer.wrap(name)).toString(), true, stat);
    } catch (CharacterCodingException e) {
      return new Disk.Listed(new String(name, StandardCharsets.UTF_8), false, stat);
    }
  }
}
