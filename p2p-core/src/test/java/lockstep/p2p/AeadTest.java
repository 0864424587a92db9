package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class AeadTest {
  private static final int TAG = Noise.TAG_LENGTH;

  /// The edges of Poly1305's blocks, and bytes that make its limbs overflow.
  private static byte[] message(Gen gen) {
    byte[] bytes = gen.bytes(gen.chance(20) ? gen.between(0, 70_000) : gen.between(0, 200));
    if (gen.chance(30)) Arrays.fill(bytes, (byte) 0xff);
    if (gen.chance(10)) Arrays.fill(bytes, (byte) 0);
    return bytes;
  }

  @ParameterizedTest
  @SeedSource(count = 1000)
  void our_cipher_and_the_one_of_the_JDK_are_the_same_function(long seed) throws Exception {
    var gen = new Gen(seed);
    byte[] key = gen.chance(10) ? filled(32) : gen.bytes(32);
    byte[] nonce = gen.bytes(12);
    byte[] data = gen.bytes(gen.between(0, 40));
    byte[] plain = message(gen);
    byte[] byJdk = Arrays.copyOf(plain, plain.length + TAG);
    byte[] byUs = Arrays.copyOf(plain, plain.length + TAG);
    new JdkAead(key).seal(nonce, data, byJdk, 0, plain.length);
    new ChaChaPoly(key).seal(nonce, data, byUs, 0, plain.length);
    assertThat(Arrays.equals(byUs, byJdk)).isTrue();
    new ChaChaPoly(key).open(nonce, data, byUs, 0, plain.length);
    assertThat(Arrays.equals(byUs, 0, plain.length, plain, 0, plain.length)).isTrue();
  }

  @ParameterizedTest
  @SeedSource(count = 1000)
  void the_cipher_of_OpenSSL_is_the_same_function_too(long seed) throws Exception {
    assumeTrue(OpenSslAead.works(), "this system has no OpenSSL 3");
    var gen = new Gen(seed);
    byte[] key = gen.bytes(32);
    var openSsl = new OpenSslAead(key);
    for (int i = 0; i < 3; i++) {
      byte[] nonce = gen.bytes(12);
      byte[] data = gen.bytes(gen.between(0, 40));
      byte[] plain = message(gen);
      int offset = gen.between(0, 20);
      byte[] around = gen.bytes(offset + plain.length + TAG + gen.between(0, 20));
      System.arraycopy(plain, 0, around, offset, plain.length);
      byte[] byUs = around.clone();
      new ChaChaPoly(key).seal(nonce, data, byUs, offset, plain.length);
      byte[] byOpenSsl = around.clone();
      openSsl.seal(nonce, data, byOpenSsl, offset, plain.length);
      assertThat(Arrays.equals(byOpenSsl, byUs)).isTrue();
      openSsl.open(nonce, data, byUs, offset, plain.length);
      assertThat(Arrays.equals(byUs, 0, offset + plain.length, around, 0, offset + plain.length))
          .isTrue();
    }
  }

  @Test
  void openssl_finds_a_flipped_bit_anywhere_and_leaves_nothing_decrypted() throws Exception {
    assumeTrue(OpenSslAead.works(), "this system has no OpenSSL 3");
    var openSsl = new OpenSslAead(new Gen(1).bytes(32));
    byte[] nonce = new byte[12];
    byte[] sealed = new byte[50 + TAG];
    openSsl.seal(nonce, new byte[3], sealed, 0, 50);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] altered = sealed.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      byte[] tag = Arrays.copyOfRange(altered, 50, altered.length);
      assertThatThrownBy(() -> openSsl.open(nonce, new byte[3], altered, 0, 50))
          .isInstanceOf(AEADBadTagException.class);
      assertThat(altered).startsWith(new byte[50]).endsWith(tag);
    }
    openSsl.open(nonce, new byte[3], sealed, 0, 50);
    assertThat(sealed).startsWith(new byte[50]);
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }

  @Test
  void a_flipped_bit_anywhere_is_found_and_nothing_is_decrypted() throws Exception {
    byte[] key = new Gen(1).bytes(32);
    byte[] nonce = new byte[12];
    byte[] sealed = new byte[50 + TAG];
    new ChaChaPoly(key).seal(nonce, new byte[3], sealed, 0, 50);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] altered = sealed.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      byte[] before = altered.clone();
      assertThatThrownBy(() -> new ChaChaPoly(key).open(nonce, new byte[3], altered, 0, 50))
          .isInstanceOf(AEADBadTagException.class);
      assertThat(altered).isEqualTo(before);
    }
  }

  @Test
  void poly1305_agrees_with_an_independent_one() {
    var hex = HexFormat.of();
    var poly = new Poly1305();
    byte[] key = hex.parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
    // The key and text of RFC 8439, section 2.5.2, cut to whole blocks: the AEAD has no others.
    byte[] text = "Cryptographic Forum Research Gro".getBytes(StandardCharsets.US_ASCII);
    poly.init(key, 0);
    poly.updatePadded(text, 0, text.length);
    byte[] tag = new byte[TAG];
    poly.tag(tag, 0);
    assertThat(hex.formatHex(tag)).isEqualTo(bouncyCastleTag(key, text));
  }

  private static String bouncyCastleTag(byte[] key, byte[] text) {
    var mac = new org.bouncycastle.crypto.macs.Poly1305();
    mac.init(new org.bouncycastle.crypto.params.KeyParameter(key));
    mac.update(text, 0, text.length);
    byte[] tag = new byte[TAG];
    mac.doFinal(tag, 0);
    return HexFormat.of().formatHex(tag);
  }
}
