package lockstep.app.ui.model;

import java.util.function.Consumer;

/// Which of several screens somebody is on. What was asked on one that they have left meanwhile
/// must not carry them off from where they are now.
///
/// Not thread-safe: the thread that draws owns it.
public final class Visit {
  private long screens;

  /// Another screen comes, or the same one anew.
  public void next() {
    screens++;
  }

  /// The same action, as long as the screen of now is there; nothing afterwards.
  public <T> Consumer<T> here(Consumer<T> action) {
    long asked = screens;
    return answer -> {
      if (screens == asked) action.accept(answer);
    };
  }
}
