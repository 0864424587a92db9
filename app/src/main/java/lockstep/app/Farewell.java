package lockstep.app;

/// What a command does when it is ended (Ctrl-C) while it waits for the daemon: the daemon would go
/// on with what nobody waits for any more. Nothing once the waiting is over.
final class Farewell implements AutoCloseable {
  private final Thread hook;

  /// Something to ask of the daemon; whether it worked cannot be told any more.
  interface Words {
    void say() throws Failure;
  }

  Farewell(Words words) {
    hook =
        new Thread(
            () -> {
              try {
                words.say();
              } catch (Failure nobodyHears) {
                // it ended first
              }
            },
            "farewell");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // then it is said
    }
  }
}
