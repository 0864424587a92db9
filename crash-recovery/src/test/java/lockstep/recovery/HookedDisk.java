package lockstep.recovery;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.DiskFile;

/// A disk that lets a test step in before each operation that reaches the real one: another program
/// that saves at the worst moment, or a power cut.
final class HookedDisk {
  private static final Set<String> QUIET = Set.of("canExchange", "close", "toString", "equals");

  private final Hook hook;
  private int operations;

  private HookedDisk(Hook hook) {
    this.hook = hook;
  }

  /// What happens before operation `n` (from 0); an exception is what the operation ends with.
  @FunctionalInterface
  interface Hook {
    void before(int n) throws IOException;
  }

  static Disk of(Disk real, Hook hook) {
    return new HookedDisk(hook).wrap(Disk.class, real);
  }

  /// A disk on which nothing happens any more from operation `n` on.
  static Disk dyingAt(int n, Disk real) {
    return of(
        real,
        now -> {
          if (now >= n) {
            throw new PowerCut();
          }
        });
  }

  static final class PowerCut extends IOException {
    PowerCut() {
      super("power cut");
    }
  }

  private <T> T wrap(Class<T> type, T real) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(real, method, arguments));
    return type.cast(proxy);
  }

  private Object call(Object real, Method method, Object[] arguments) throws Throwable {
    if (!QUIET.contains(method.getName())) {
      hook.before(operations++);
    }
    try {
      Object result = method.invoke(real, arguments);
      return result instanceof DiskFile file ? wrap(DiskFile.class, file) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
