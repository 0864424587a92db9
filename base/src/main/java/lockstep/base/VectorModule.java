package lockstep.base;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;

/// Brings in the incubating Vector API, which hashing is fifteen times faster with.
///
/// Naming it on the command line (`--add-modules`) would print a warning at every start and keep
/// the JVM from using its prepared module graph. So it is resolved here, by the same call of the
/// JDK by which agents get their modules, once there is much to hash; an AOT cache cannot hold it,
/// and most starts never need it. See docs/decisions/0007-starting-fast.md.
final class VectorModule {
  private static final System.Logger LOG = System.getLogger(VectorModule.class.getName());

  private VectorModule() {}

  static void load() {
    try {
      // the manifest of the program's jar opens this package (Add-Exports)
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, "jdk.incubator.vector");
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | IllegalAccessException
        | InvocationTargetException absent) {
      LOG.log(Level.INFO, "no Vector API; hashing is scalar", absent);
    }
  }
}
