package lockstep.p2p;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.security.GeneralSecurityException;

/// The functions of OpenSSL 3's libcrypto that [OpenSslAead] stands on, as their manual pages have
/// them. To load this class fails where the library or one of them is missing.
///
/// Arrays are lent to the calls in place, which holds off the garbage collector: no call may work
/// on more than one Noise message.
final class LibCrypto {
  static final int ENCRYPT = 1;
  static final int DECRYPT = 0;

  private static final int OK = 1;
  private static final int GET_TAG = 0x10;
  private static final int SET_TAG = 0x11;

  private static final SymbolLookup LIBRARY =
      SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());

  private static final MemorySegment CHACHA20_POLY1305 = find("EVP_chacha20_poly1305");
  private static final MemorySegment NEW = find("EVP_CIPHER_CTX_new");
  private static final MemorySegment FREE = find("EVP_CIPHER_CTX_free");
  private static final MemorySegment INIT = find("EVP_CipherInit_ex");
  private static final MemorySegment UPDATE = find("EVP_CipherUpdate");
  private static final MemorySegment FINAL = find("EVP_CipherFinal_ex");
  private static final MemorySegment CONTROL = find("EVP_CIPHER_CTX_ctrl");

  private static final MemorySegment NONE = MemorySegment.NULL;

  /// One handle for them all, of the widest of their types, since to bind each type costs a start
  /// ten milliseconds: where Lockstep runs on Linux, arguments lie in registers, and a function
  /// reads only those that are its own.
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT),
              Linker.Option.critical(true));

  private LibCrypto() {}

  private static MemorySegment find(String name) {
    return LIBRARY.findOrThrow(name);
  }

  private static long call(
      MemorySegment function,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      MemorySegment e,
      int f) {
    try {
      return (long) CALL.invokeExact(function, a, b, c, d, e, f);
    } catch (RuntimeException | Error wrong) {
      throw wrong;
    } catch (Throwable t) {
      throw new AssertionError(t); // a C function throws nothing
    }
  }

  private static MemorySegment number(int value) {
    return MemorySegment.ofAddress(value);
  }

  /// An int leaves the upper half of its register as it was.
  private static boolean isOk(long result) {
    return (int) result == OK;
  }

  /// A context for ChaCha20-Poly1305 under `key`; freed once nobody can reach it any more.
  static MemorySegment context(byte[] key) {
    long made = call(NEW, NONE, NONE, NONE, NONE, NONE, 0);
    if (made == 0) throw new OutOfMemoryError("no memory for a cipher");
    MemorySegment context =
        MemorySegment.ofAddress(made).reinterpret(Arena.ofAuto(), LibCrypto::free);
    MemorySegment cipher =
        MemorySegment.ofAddress(call(CHACHA20_POLY1305, NONE, NONE, NONE, NONE, NONE, 0));
    if (!isOk(call(INIT, context, cipher, NONE, array(key), NONE, ENCRYPT))) {
      throw new IllegalStateException("OpenSSL has no ChaCha20-Poly1305");
    }
    return context;
  }

  private static void free(MemorySegment context) {
    call(FREE, context, NONE, NONE, NONE, NONE, 0);
  }

  /// Begins a message; the key stays.
  static void begin(MemorySegment context, int direction, byte[] nonce)
      throws GeneralSecurityException {
    check(call(INIT, context, NONE, NONE, NONE, array(nonce), direction));
  }

  /// Takes `length` bytes in, which become others where they lie.
  ///
  /// @param written scratch of one int
  static void update(MemorySegment context, MemorySegment bytes, MemorySegment written, int length)
      throws GeneralSecurityException {
    check(call(UPDATE, context, bytes, written, bytes, number(length), 0));
  }

  /// Takes associated data in.
  static void updateData(MemorySegment context, byte[] data, MemorySegment written)
      throws GeneralSecurityException {
    check(call(UPDATE, context, NONE, written, array(data), number(data.length), 0));
  }

  /// Ends the message. A stream cipher writes nothing here.
  ///
  /// @return whether the tag that was set, if one was, is right
  static boolean end(MemorySegment context, MemorySegment bytes, MemorySegment written) {
    return isOk(call(FINAL, context, bytes, written, NONE, NONE, 0));
  }

  static void getTag(MemorySegment context, MemorySegment tag) throws GeneralSecurityException {
    control(context, GET_TAG, tag);
  }

  /// Says which tag [#end] has to find.
  static void setTag(MemorySegment context, MemorySegment tag) throws GeneralSecurityException {
    control(context, SET_TAG, tag);
  }

  private static void control(MemorySegment context, int command, MemorySegment tag)
      throws GeneralSecurityException {
    check(call(CONTROL, context, number(command), number(Noise.TAG_LENGTH), tag, NONE, 0));
  }

  private static MemorySegment array(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  private static void check(long result) throws GeneralSecurityException {
    if (!isOk(result)) throw new GeneralSecurityException("OpenSSL refused to work");
  }
}
