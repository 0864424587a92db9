package lockstep.lease;

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
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;

/// A fault planted into the leases as their classes are loaded: one method does nothing any more,
/// says yes to everything, or answers as another does. The simulation that does not notice is no
/// proof of anything. The leases themselves know nothing of this.
enum LeaseMutant {
  /// A restart forgets to whom the device has promised a path.
  PROMISE_NOT_KEPT("Voter", "restorePromise", 13_100),

  /// A voter promises what it is asked for, whoever has its promise and at whatever epoch.
  EPOCH_NOT_COMPARED("Voter", "mayPromise", 0),

  /// What is broken by force is free at once for whoever comes next.
  BROKEN_PROMISE_FORGOTTEN("Slot", "breakPromise", 222_500),

  /// A holder goes on when its lease has run out.
  HOLDER_DOES_NOT_STOP("OwnClaim", "isFirm", 0),

  /// Leases are counted on clocks that are set while they run.
  EXPIRY_BY_WALL_CLOCK("LeaseDevice", "now", "wallNow", 0),

  /// Others wait for ever for a holder that is gone.
  LEASE_DOES_NOT_END("Slot", "isSeen", 0),

  /// Who loses a lock is not told.
  LOSER_NOT_TOLD("Outbox", "tell", 0),

  /// A released file keeps its mode and its marker.
  LEFT_READ_ONLY("LockedFile", "unlock", 0);

  private final String type;
  private final String method;
  private final Optional<String> instead;
  private final long hunted;

  /// @param hunted the seed from which on it is hunted
  LeaseMutant(String type, String method, long hunted) {
    this.type = LeaseMutant.class.getPackageName() + "." + type;
    this.method = method;
    this.instead = Optional.empty();
    this.hunted = hunted;
  }

  /// @param instead the method of the same class that answers in its place
  LeaseMutant(String type, String method, String instead, long hunted) {
    this.type = LeaseMutant.class.getPackageName() + "." + type;
    this.method = method;
    this.instead = Optional.of(instead);
    this.hunted = hunted;
  }

  /// Runs clusters with this fault, until one breaks a promise.
  ///
  /// @return the seed and the promise; empty if none of so many did
  Optional<String> firstCaught(long count) {
    try {
      var hunt =
          new Loader()
              .loadClass(LeaseCampaign.class.getName())
              .getDeclaredMethod("firstBroken", long.class, long.class);
      hunt.setAccessible(true);
      return Optional.ofNullable((String) hunt.invoke(null, hunted, count));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Another world of Lockstep's classes, with the fault in one of them.
  private final class Loader extends ClassLoader {
    private final ClassLoader origin = LeaseMutant.class.getClassLoader();

    Loader() {
      super(LeaseMutant.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("lockstep.lease.")) return super.loadClass(name, resolve);
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
      if (model.methods().stream().noneMatch(LeaseMutant.this::isMeant)) {
        throw new IllegalStateException(type + " has no method " + method);
      }
      return files.transformClass(
          model,
          ClassTransform.transformingMethods(LeaseMutant.this::isMeant, LeaseMutant.this::change));
    }
  }

  private boolean isMeant(MethodModel model) {
    return model.methodName().equalsString(method);
  }

  /// The body of the method becomes its answer.
  private void change(MethodBuilder builder, MethodElement element) {
    if (element instanceof CodeModel code) {
      MethodTypeDesc symbol = code.parent().orElseThrow().methodTypeSymbol();
      builder.withCode(
          body ->
              instead.ifPresentOrElse(
                  other -> delegate(body, other, symbol), () -> answer(body, symbol.returnType())));
    } else {
      builder.with(element);
    }
  }

  /// Only for methods of an object, without parameters.
  private void delegate(CodeBuilder body, String other, MethodTypeDesc symbol) {
    body.aload(0)
        .invokevirtual(ClassDesc.of(type), other, symbol)
        .return_(TypeKind.from(symbol.returnType()));
  }

  private static void answer(CodeBuilder body, ClassDesc type) {
    switch (TypeKind.from(type)) {
      case VOID -> body.return_();
      case BOOLEAN -> body.iconst_1().ireturn();
      case REFERENCE -> {
        ClassDesc list = ConstantDescs.CD_List;
        body.invokestatic(list, "of", MethodTypeDesc.of(list), true).areturn();
      }
      default -> throw new IllegalArgumentException("no answer of type " + type.displayName());
    }
  }
}
