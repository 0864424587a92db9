package lockstep.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class WatchTreeTest {
  private final WatchTree tree = new WatchTree();

  private static RelPath path(String text) {
    return RelPath.of(text);
  }

  @Test
  void a_departed_directory_and_all_below_have_no_path_until_they_arrive() {
    tree.put(path("a"), 1);
    tree.put(path("a/b"), 2);

    WatchTree.Departed a = tree.depart(path("a")).orElseThrow();
    assertThat(tree.path(1)).isEmpty();
    assertThat(tree.path(2)).isEmpty();

    assertThat(tree.arrive(a, path("x/y"))).isEmpty();
    assertThat(tree.path(2)).contains(path("x/y/b"));
  }

  @Test
  void a_directory_that_left_for_good_gives_back_all_descriptors() {
    tree.put(path("a"), 1);
    tree.put(path("a/b"), 2);
    tree.put(path("c"), 3);

    assertThat(tree.release(tree.depart(path("a")).orElseThrow())).containsExactlyInAnyOrder(1, 2);
    assertThat(tree.size()).isEqualTo(1);
  }

  @Test
  void a_departed_directory_found_again_is_not_released() {
    tree.put(path("a"), 1);
    WatchTree.Departed a = tree.depart(path("a")).orElseThrow();

    tree.put(path("b"), 1);

    assertThat(tree.release(a)).isEmpty();
    assertThat(tree.path(1)).contains(path("b"));
  }

  @Test
  void a_new_directory_in_the_place_of_another_displaces_it() {
    tree.put(path("a"), 1);
    tree.put(path("a/b"), 2);

    assertThat(tree.put(path("a"), 3)).containsExactlyInAnyOrder(1, 2);
    assertThat(tree.path(3)).contains(path("a"));
    assertThat(tree.path(2)).isEmpty();
  }

  @Test
  void forgetting_the_last_watch_leaves_nothing_behind() {
    tree.put(path("a/b/c"), 1);

    tree.forget(1);

    assertThat(tree.size()).isZero();
    assertThat(tree.depart(path("a"))).isEmpty();
  }

  /// Against a plain table of paths, which pays for each move with a pass over everything.
  @ParameterizedTest
  @SeedSource(count = 300)
  void descriptors_follow_their_directories(long seed) {
    var gen = new Gen(seed);
    Map<Integer, RelPath> model = new HashMap<>();
    tree.put(RelPath.ROOT, 0);
    model.put(0, RelPath.ROOT);
    for (int descriptor = 1; descriptor < 60; descriptor++) {
      switch (gen.between(0, 3)) {
        case 0 -> move(gen, model);
        case 1 -> forget(gen, model);
        default -> add(gen, model, descriptor);
      }
      model.forEach((d, p) -> assertThat(tree.path(d)).isEqualTo(Optional.of(p)));
      assertThat(tree.size()).isEqualTo(model.size());
    }
  }

  private void add(Gen gen, Map<Integer, RelPath> model, int descriptor) {
    RelPath path = gen.pick(new ArrayList<>(model.values())).resolve("d" + gen.between(0, 9));
    List<Integer> displaced = model.containsValue(path) ? below(model, path) : List.of();
    displaced.forEach(model::remove);
    assertThat(tree.put(path, descriptor)).hasSameElementsAs(displaced);
    model.put(descriptor, path);
  }

  private void move(Gen gen, Map<Integer, RelPath> model) {
    RelPath from = gen.pick(new ArrayList<>(model.values()));
    RelPath to = gen.pick(new ArrayList<>(model.values())).resolve("m" + gen.between(0, 9));
    if (from.isRoot() || to.startsWith(from) || model.containsValue(to)) {
      return;
    }
    assertThat(tree.arrive(tree.depart(from).orElseThrow(), to)).isEmpty();
    model.replaceAll((_, path) -> path.startsWith(from) ? path.rebase(from, to) : path);
  }

  private void forget(Gen gen, Map<Integer, RelPath> model) {
    RelPath gone = gen.pick(new ArrayList<>(model.values()));
    if (!gone.isRoot() && below(model, gone).size() == 1) {
      int descriptor = below(model, gone).getFirst();
      tree.forget(descriptor);
      model.remove(descriptor);
    }
  }

  private static List<Integer> below(Map<Integer, RelPath> model, RelPath top) {
    return model.entrySet().stream()
        .filter(e -> e.getValue().startsWith(top))
        .map(Map.Entry::getKey)
        .toList();
  }
}
