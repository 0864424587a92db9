package lockstep.p2p;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
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

  private static final MethodHandle CHACHA20_POLY1305 =
      find("EVP_chacha20_poly1305", FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle NEW =
      find("EVP_CIPHER_CTX_new", FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle FREE =
      find("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle INIT =
      lending("EVP_CipherInit_ex", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle UPDATE =
      lending("EVP_CipherUpdate", ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FINAL =
      lending("EVP_CipherFinal_ex", ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle CONTROL =
      lending("EVP_CIPHER_CTX_ctrl", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  private LibCrypto() {}

  private static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), type, options);
  }

  private static MethodHandle lending(String name, MemoryLayout... arguments) {
    return find(name, FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.critical(true));
  }

  /// A context for ChaCha20-Poly1305 under `key`; freed once nobody can reach it any more.
  static MemorySegment context(byte[] key) {
    try {
      var made = (MemorySegment) NEW.invokeExact();
      if (made.address() == 0) throw new OutOfMemoryError("no memory for a cipher");
      MemorySegment context = made.reinterpret(Arena.ofAuto(), LibCrypto::free);
      var cipher = (MemorySegment) CHACHA20_POLY1305.invokeExact();
      MemorySegment none = MemorySegment.NULL;
      int result =
          (int) INIT.invokeExact(context, cipher, none, MemorySegment.ofArray(key), none, ENCRYPT);
      if (result != OK) throw new IllegalStateException("OpenSSL has no ChaCha20-Poly1305");
      return context;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  private static void free(MemorySegment context) {
    try {
      FREE.invokeExact(context);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Begins a message; the key stays.
  static void begin(MemorySegment context, int direction, byte[] nonce)
      throws GeneralSecurityException {
    MemorySegment same = MemorySegment.NULL;
    try {
      check((int) INIT.invokeExact(context, same, same, same, array(nonce), direction));
    } catch (GeneralSecurityException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Takes `length` bytes in, which become others where they lie.
  ///
  /// @param written scratch of one int
  static void update(MemorySegment context, MemorySegment bytes, MemorySegment written, int length)
      throws GeneralSecurityException {
    update(context, bytes, bytes, written, length);
  }

  /// Takes associated data in.
  static void updateData(MemorySegment context, byte[] data, MemorySegment written)
      throws GeneralSecurityException {
    update(context, MemorySegment.NULL, array(data), written, data.length);
  }

  private static void update(
      MemorySegment context, MemorySegment out, MemorySegment in, MemorySegment written, int length)
      throws GeneralSecurityException {
    try {
      check((int) UPDATE.invokeExact(context, out, written, in, length));
    } catch (GeneralSecurityException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Ends the message. A stream cipher writes nothing here.
  ///
  /// @return whether the tag that was set, if one was, is right
  static boolean end(MemorySegment context, MemorySegment bytes, MemorySegment written) {
    try {
      return (int) FINAL.invokeExact(context, bytes, written) == OK;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
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
    try {
      check((int) CONTROL.invokeExact(context, command, Noise.TAG_LENGTH, tag));
    } catch (GeneralSecurityException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MemorySegment array(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  private static void check(int result) throws GeneralSecurityException {
    if (result != OK) throw new GeneralSecurityException("OpenSSL refused to work");
  }
}
