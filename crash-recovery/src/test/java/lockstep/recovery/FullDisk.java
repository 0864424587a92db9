package lockstep.recovery;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.DiskFile;

/// A disk that can be full: what needs room fails then, a write in the middle.
final class FullDisk {
  private static final Set<String> NEEDS_ROOM = Set.of("create", "makeDirectory", "makeSymlink");

  final Disk disk;
  boolean full;

  FullDisk(Disk real) {
    this.disk = wrap(Disk.class, real);
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
    if (full && method.getName().equals("write") && (int) arguments[2] > 0) {
      arguments[2] = (int) arguments[2] / 2;
      method.invoke(real, arguments);
      throw noSpace();
    }
    if (full && NEEDS_ROOM.contains(method.getName())) {
      throw noSpace();
    }
    try {
      Object result = method.invoke(real, arguments);
      return result instanceof DiskFile file ? wrap(DiskFile.class, file) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static IOException noSpace() {
    return new FileSystemException("x", null, "no space left");
  }
}
