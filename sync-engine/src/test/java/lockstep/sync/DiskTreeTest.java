package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import lockstep.base.Disk;
import lockstep.base.Folding;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class DiskTreeTest {
  private static final List<String> NAMES = List.of("a", "b", "a-b", "a b");

  private final DiskTree tree = new DiskTree(Folding.NONE);

  private static Observed directory() {
    var stat = new Disk.Stat(Disk.Kind.DIRECTORY, 1, 2, 3, 0755, 4, 5, 1);
    return new Observed(stat, new Node.Directory(0755));
  }

  private void put(String path) {
    tree.put(RelPath.of(path), directory());
  }

  private static List<RelPath> paths(String... all) {
    return List.of(all).stream().map(RelPath::of).toList();
  }

  @Test
  void a_subtree_comes_parents_first_and_without_its_neighbours() {
    paths("a/x/y", "a-b", "a", "b", "a/x", "a b").forEach(path -> tree.put(path, directory()));

    assertThat(tree.below(RelPath.of("a"))).isEqualTo(paths("a", "a/x", "a/x/y"));
  }

  @Test
  void what_was_observed_before_its_directory_is_below_that() {
    put("a/x/y");

    assertThat(tree.below(RelPath.of("a"))).isEqualTo(paths("a/x/y"));
    assertThat(tree.children(RelPath.of("a"))).isEmpty();
    assertThat(tree.children(RelPath.of("a/x"))).isEqualTo(paths("a/x/y"));
    assertThat(tree.remove(RelPath.of("a"))).isEqualTo(paths("a/x/y"));
    assertThat(tree.below(RelPath.ROOT)).isEmpty();
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void it_is_a_map_in_the_order_of_paths(long seed) {
    var gen = new Gen(seed);
    var model = new TreeMap<RelPath, Observed>();
    for (int i = 0; i < 200; i++) {
      RelPath path = path(gen);
      if (gen.chance(70)) {
        tree.put(path, directory());
        model.put(path, directory());
      } else {
        List<RelPath> gone = model.keySet().stream().filter(it -> it.startsWith(path)).toList();
        assertThat(tree.remove(path)).isEqualTo(gone);
        gone.forEach(model::remove);
      }
      RelPath asked = path(gen);
      assertThat(tree.get(asked).isPresent()).isEqualTo(model.containsKey(asked));
      assertThat(tree.below(asked))
          .isEqualTo(model.keySet().stream().filter(it -> it.startsWith(asked)).toList());
      assertThat(tree.children(asked))
          .containsExactlyInAnyOrderElementsOf(
              model.keySet().stream().filter(it -> it.parent().equals(asked)).toList());
    }
    assertThat(tree.below(RelPath.ROOT)).isEqualTo(List.copyOf(model.keySet()));
  }

  private static RelPath path(Gen gen) {
    RelPath path = RelPath.of(gen.pick(NAMES));
    while (gen.chance(50)) {
      path = path.resolve(gen.pick(NAMES));
    }
    return path;
  }
}
