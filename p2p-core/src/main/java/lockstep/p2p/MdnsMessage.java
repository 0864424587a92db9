package lockstep.p2p;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lockstep.base.PeerViolationException;

/// What discovery needs of a multicast DNS message (RFC 1035 §4, RFC 6762 §18): its questions, and
/// its PTR and TXT records from all sections alike. Everything else is read over. Names are in
/// lower case, their labels parted by dots.
///
/// @param isResponse whether it answers, or announces
record MdnsMessage(boolean isResponse, List<Question> questions, List<Entry> entries) {
  static final int CLASS_IN = 1;
  static final int TYPE_PTR = 12;
  static final int TYPE_TXT = 16;
  static final int TYPE_ANY = 255;

  private static final int RESPONSE = 0x8000;
  private static final int AUTHORITATIVE = 0x0400;
  private static final int OPCODE_AND_RCODE = 0x780f;
  private static final int CLASS_MASK = 0x7fff; // RFC 6762 uses the top bit for other things
  private static final int POINTER = 0xc0;
  private static final int LABEL_MAX = 63;
  private static final int NAME_MAX = 255;
  private static final int JUMPS_MAX = 16;

  record Question(String name, int type) {}

  /// A record that is understood.
  sealed interface Entry {
    String name();

    /// One of those that `name` stands for.
    record Pointer(String name, String target) implements Entry {}

    /// Character strings of 0 to 255 bytes each, as ISO 8859-1.
    record Text(String name, List<String> strings) implements Entry {
      public Text {
        strings = List.copyOf(strings);
      }
    }
  }

  MdnsMessage {
    questions = List.copyOf(questions);
    entries = List.copyOf(entries);
  }

  /// Reads one packet. What it makes grows with the packet's real length only, whatever the packet
  /// says of itself, and takes time linear in it: a name is cut off at 255 bytes.
  ///
  /// @throws PeerViolationException if it is malformed
  static MdnsMessage decode(byte[] packet) throws PeerViolationException {
    try {
      return read(ByteBuffer.wrap(packet));
    } catch (BufferUnderflowException e) {
      throw new PeerViolationException("an mDNS message ends too early");
    }
  }

  private static MdnsMessage read(ByteBuffer in) throws PeerViolationException {
    in.getShort(); // the id means nothing in multicast
    int flags = in.getShort();
    if ((flags & OPCODE_AND_RCODE) != 0) {
      throw new PeerViolationException("an mDNS message with an operation or an error code");
    }
    int questionCount = Short.toUnsignedInt(in.getShort());
    int entryCount = 0;
    for (int section = 0; section < 3; section++) {
      entryCount += Short.toUnsignedInt(in.getShort());
    }
    var questions = new ArrayList<Question>();
    for (int i = 0; i < questionCount; i++) {
      readQuestion(in, questions);
    }
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < entryCount; i++) {
      readEntry(in, entries);
    }
    return new MdnsMessage((flags & RESPONSE) != 0, questions, entries);
  }

  private static void readQuestion(ByteBuffer in, List<Question> questions)
      throws PeerViolationException {
    String name = readName(in);
    int type = Short.toUnsignedInt(in.getShort());
    int kind = in.getShort() & CLASS_MASK;
    if (kind == CLASS_IN || kind == TYPE_ANY) questions.add(new Question(name, type));
  }

  private static void readEntry(ByteBuffer in, List<Entry> entries) throws PeerViolationException {
    String name = readName(in);
    int type = Short.toUnsignedInt(in.getShort());
    int kind = in.getShort() & CLASS_MASK;
    int timeToLive = in.getInt();
    int end = Short.toUnsignedInt(in.getShort()) + in.position();
    if (end > in.limit()) throw new BufferUnderflowException();
    boolean isGoodbye = timeToLive == 0;
    if (kind == CLASS_IN && !isGoodbye) {
      if (type == TYPE_PTR) entries.add(new Entry.Pointer(name, readName(in)));
      if (type == TYPE_TXT) entries.add(new Entry.Text(name, readStrings(in, end)));
    }
    in.position(end);
  }

  private static List<String> readStrings(ByteBuffer in, int end) throws PeerViolationException {
    var strings = new ArrayList<String>();
    while (in.position() < end) {
      int length = Byte.toUnsignedInt(in.get());
      if (length > end - in.position()) {
        throw new PeerViolationException("a string of an mDNS record is longer than the record");
      }
      strings.add(readText(in, length));
    }
    return strings;
  }

  /// A pointer may lead back only, before all that was read of the name so far, and not often.
  private static String readName(ByteBuffer in) throws PeerViolationException {
    var name = new StringBuilder();
    int start = in.position();
    int resume = -1;
    int jumps = 0;
    for (int length; (length = Byte.toUnsignedInt(in.get())) != 0; ) {
      if (length >= POINTER) {
        int target = (length - POINTER) << 8 | Byte.toUnsignedInt(in.get());
        if (target >= start || ++jumps > JUMPS_MAX) {
          throw new PeerViolationException("an mDNS name that points forward, or on and on");
        }
        if (resume < 0) resume = in.position();
        start = target;
        in.position(target);
      } else if (length > LABEL_MAX || name.length() + length + 1 > NAME_MAX) {
        throw new PeerViolationException("an mDNS name is too long");
      } else {
        if (!name.isEmpty()) name.append('.');
        name.append(readText(in, length).replace('.', '?'));
      }
    }
    if (resume >= 0) in.position(resume);
    return name.toString().toLowerCase(Locale.ROOT);
  }

  private static String readText(ByteBuffer in, int length) {
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, ISO_8859_1);
  }

  /// The packet: a question asks by multicast, the first entry stands in the answer section and all
  /// others in the additional one, as the libp2p specification of discovery has it.
  ///
  /// @param secondsToLive of every entry
  byte[] encode(int secondsToLive) {
    var out = new ByteArrayOutputStream();
    putShort(out, 0);
    putShort(out, isResponse ? RESPONSE | AUTHORITATIVE : 0);
    putShort(out, questions.size());
    putShort(out, Math.min(1, entries.size()));
    putShort(out, 0);
    putShort(out, Math.max(0, entries.size() - 1));
    for (var question : questions) {
      putName(out, question.name);
      putShort(out, question.type);
      putShort(out, CLASS_IN);
    }
    for (var entry : entries) {
      putEntry(out, entry, secondsToLive);
    }
    return out.toByteArray();
  }

  private static void putEntry(ByteArrayOutputStream out, Entry entry, int secondsToLive) {
    putName(out, entry.name());
    var data = new ByteArrayOutputStream();
    int type =
        switch (entry) {
          case Entry.Pointer(_, var target) -> {
            putName(data, target);
            yield TYPE_PTR;
          }
          case Entry.Text(_, var strings) -> {
            strings.forEach(string -> putText(data, string, 255));
            yield TYPE_TXT;
          }
        };
    putShort(out, type);
    putShort(out, CLASS_IN);
    putShort(out, secondsToLive >>> 16);
    putShort(out, secondsToLive);
    putShort(out, data.size());
    out.writeBytes(data.toByteArray());
  }

  private static void putName(ByteArrayOutputStream out, String name) {
    for (String label : name.split("\\.")) {
      putText(out, label, LABEL_MAX);
    }
    out.write(0);
  }

  private static void putText(ByteArrayOutputStream out, String text, int lengthMax) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (bytes.length > lengthMax) {
      throw new IllegalArgumentException("'%s' is longer than %d".formatted(text, lengthMax));
    }
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private static void putShort(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }
}
