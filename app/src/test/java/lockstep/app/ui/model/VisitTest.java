package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class VisitTest {
  private final Visit visit = new Visit();
  private final List<String> seen = new ArrayList<>();

  @Test
  void an_answer_counts_on_the_screen_where_it_was_asked_for() {
    var answer = visit.<String>here(seen::add);

    answer.accept("the code is sound");

    assertThat(seen).containsExactly("the code is sound");
  }

  @Test
  void an_answer_that_comes_after_its_screen_counts_nowhere_also_on_the_same_one_anew()
      throws InterruptedException {
    Queue<Runnable> screen = new ArrayDeque<>();
    var background = new Background(screen::add);
    Thread sound =
        background.run(() -> "sound", visit.<String>here(seen::add), visit.here(this::fail));
    Thread slip =
        background.run(
            () -> {
              throw new IllegalStateException("a slip");
            },
            visit.<String>here(seen::add),
            visit.here(this::fail));
    sound.join(); // both answers wait for the thread that draws,
    slip.join(); // where no interruption reaches them any more
    visit.next(); // back
    visit.next(); // and there again

    screen.forEach(Runnable::run);

    assertThat(screen).hasSize(2);
    assertThat(seen).isEmpty();
  }

  private void fail(Trouble trouble) {
    seen.add(trouble.what());
  }
}
