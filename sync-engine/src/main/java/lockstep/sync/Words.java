package lockstep.sync;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Bytes as words that people read to each other: one of 256 for each byte.
///
/// No two words share their first three letters, and between any two lie three letters or more, so
/// that neither a bad line nor a typing mistake turns one into another. They are English in every
/// language: what is read aloud has to be the same on both screens.
final class Words {
  private static final List<String> ALL =
      """
      acorn album alpine amber anchor ankle apron arcade
      artist atlas autumn awning badge ballet bamboo banana
      barrel beacon bottle boulder bucket buffalo bugle butter
      cabin camel cedar cello cherry cinema circus clover
      cobalt copper coyote cradle daisy dancer dawn denim
      desert diesel doctor domino donkey dragon duchess dynamo
      echo eclipse edition elbow elephant emerald empire engine
      envelope equator evening explorer fabric falcon feather fiddle
      filter flute forest fossil freckle frigate funnel furnace
      garden geyser giant ginger glacier glider goblet gondola
      gorilla granite guitar gymnast harvest hazelnut helmet hexagon
      hickory hobby holiday horizon hotel husky hydrant iceberg
      igloo indigo inkwell insect iris island ivory jaguar
      jasmine jersey jewel jigsaw journal jubilee juniper kangaroo
      karate kayak kernel kimono kingdom kitchen kiwi koala
      ladder lagoon legend lemon leopard library lilac linen
      lizard lobster lunar lyric magnet mango maple meadow
      melody mineral mirror mitten mosaic muffin museum mystery
      napkin narwhal navy nectar needle nephew nickel northern
      notebook nugget nutmeg oasis oboe ocean olive omelet
      onion opera orange orbit orchard ostrich oxygen papaya
      pasta pebble pickle pigeon plaza polar poncho poppy
      potato puppet purple quarry queen quilt rabbit radish
      raft rainbow ravine relay ribbon ripple river rodeo
      ruby rustic sailor sandal scarf secret signal smoke
      sonnet soup spruce storm studio summit talent teapot
      temple tennis thunder token topaz tornado tractor trumpet
      tulip tuxedo typhoon ukulele umbrella unicorn upright urban
      vacuum vanilla vapor verdict vessel viaduct village violin
      visitor volcano voyage vulture waffle walnut waterfall whistle
      window wolf wombat wonder woodland workshop wrench yacht
      yarrow yogurt zebra zenith zephyr zigzag zodiac zucchini
      """
          .lines()
          .flatMap(line -> Arrays.stream(line.split(" ")))
          .toList();

  private Words() {}

  static List<String> all() {
    return ALL;
  }

  /// The word that somebody means who has typed another.
  static Optional<String> like(String typed) {
    return ALL.stream()
        .min(
            Comparator.<String>comparingInt(word -> distance(word, typed))
                .thenComparing(word -> !typed.startsWith(word.substring(0, 1))))
        .filter(word -> distance(word, typed) <= 2);
  }

  /// Letters to change, add or leave out.
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) row[j] = j;
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j - 1], diagonal) + 1);
      }
    }
    return row[to.length()];
  }

  /// The first `count` bytes, joined by hyphens.
  static String of(byte[] bytes, int count) {
    return Arrays.stream(indices(bytes, count)).mapToObj(ALL::get).collect(Collectors.joining("-"));
  }

  private static int[] indices(byte[] bytes, int count) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) indices[i] = bytes[i] & 0xff;
    return indices;
  }
}
