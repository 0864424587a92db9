package lockstep.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;

/// A fault planted into the engine as its classes are loaded: one method does nothing any more, or
/// answers what it should have found out. The simulation that does not notice is no proof of
/// anything. The engine itself knows nothing of this.
enum SimMutant {
  /// Received bytes are given their name before they are on the disk.
  STAGED_BYTES_NOT_SYNCED("lockstep.sync.Applier", "syncStaged", 100_000_030),

  /// Names are taken for stable that are not.
  NAMES_NOT_SYNCED("lockstep.sync.Applier", "syncNames", 100_000_039),

  /// Ledger and journal are taken for stable that are not.
  LOGS_NOT_SYNCED("lockstep.recovery.LogSegment", "sync", 100_000_612),

  /// What was displaced is not looked at: a save of this very moment goes down.
  EXCHANGE_NOT_CHECKED("lockstep.recovery.Installer", "isSame", 100_000_136),

  /// A received file just replaces what stands at its name: newer work does not go back.
  BLIND_RENAME("lockstep.recovery.Installer", "putBack", 100_000_407),

  /// Who comes second has lost.
  CONFLICT_FORGOTTEN("lockstep.conflict.Fold", "lose", 100_000_040),

  /// Every version counts as newer than what is here.
  STALE_VERSION_ACCEPTED("lockstep.base.Version", "supersedes", 100_000_025),

  /// An empty directory is an empty folder, whatever is missing in it.
  MARKER_IGNORED("lockstep.sync.Marker", "trouble", 100_001_714),

  /// What was shown is not remembered beyond the run.
  APPLIED_NOT_RECORDED("lockstep.sync.Applier", "end", 100_000_014),

  /// A file that was seen once never changes.
  CHANGES_NOT_SEEN("lockstep.sync.Observed", "unchanged", 100_000_000);

  private final String type;
  private final String method;

  private final long hunted;

  /// @param hunted the seed from which on it is hunted: one that has noticed it
  SimMutant(String type, String method, long hunted) {
    this.type = type;
    this.method = method;
    this.hunted = hunted;
  }

  /// Runs clusters of engines with this fault, until one breaks a promise.
  ///
  /// @return the seed and the promise; empty if none of so many did
  Optional<String> firstCaught(long count) {
    try {
      var hunt =
          new Loader()
              .loadClass(SimCampaign.class.getName())
              .getDeclaredMethod("firstBroken", long.class, long.class);
      hunt.setAccessible(true);
      return Optional.ofNullable((String) hunt.invoke(null, hunted, count));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Another world of Lockstep's classes, with the fault in one of them.
  private final class Loader extends ClassLoader {
    private final ClassLoader origin = SimMutant.class.getClassLoader();

    Loader() {
      super(SimMutant.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("lockstep.")) return super.loadClass(name, resolve);
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (InputStream in = origin.getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) throw new ClassNotFoundException(name);
        byte[] bytes = in.readAllBytes();
        byte[] taken = name.equals(type) ? mutated(bytes) : bytes;
        return defineClass(name, taken, 0, taken.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private byte[] mutated(byte[] bytes) {
      ClassFile files =
          ClassFile.of(
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(origin)));
      ClassModel model = files.parse(bytes);
      if (model.methods().stream().noneMatch(SimMutant.this::isMeant)) {
        throw new IllegalStateException(type + " has no method " + method);
      }
      return files.transformClass(
          model, ClassTransform.transformingMethods(SimMutant.this::isMeant, SimMutant::change));
    }
  }

  private boolean isMeant(MethodModel model) {
    return model.methodName().equalsString(method);
  }

  /// The body of the method becomes its answer.
  private static void change(MethodBuilder builder, MethodElement element) {
    if (element instanceof CodeModel code) {
      ClassDesc answer = code.parent().orElseThrow().methodTypeSymbol().returnType();
      builder.withCode(body -> answer(body, answer));
    } else {
      builder.with(element);
    }
  }

  private static void answer(CodeBuilder body, ClassDesc type) {
    switch (TypeKind.from(type)) {
      case VOID -> body.return_();
      case BOOLEAN -> body.iconst_1().ireturn();
      case REFERENCE -> {
        ClassDesc optional = Optional.class.describeConstable().orElseThrow();
        body.invokestatic(optional, "empty", MethodTypeDesc.of(optional)).areturn();
      }
      default -> throw new IllegalArgumentException("no answer of type " + type.displayName());
    }
  }
}
