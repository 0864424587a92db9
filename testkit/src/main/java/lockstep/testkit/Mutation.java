package lockstep.testkit;

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
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A fault planted into one of Lockstep's classes as it is loaded: a method does nothing any more,
/// says yes to everything, finds nothing, or answers as another does. A test that does not notice
/// proves nothing. The program itself knows nothing of this.
///
/// @param type the full name of the class
/// @param method its name; it returns nothing, a boolean, an [Optional] or a [List], unless another
///   answers
/// @param instead the method of the same class that answers in its place: both of an object, and
///   without parameters
public record Mutation(String type, String method, Optional<String> instead) {
  /// A method that has no answer of its own any more.
  public Mutation(String type, String method) {
    this(type, method, Optional.empty());
  }

  /// Calls a static method in another world of all of Lockstep's classes, with the fault in it.
  ///
  /// @param witness the class of the method; its loader finds them all
  /// @param name of the method; no other in the class has it
  public @Nullable Object call(Class<?> witness, String name, Object... arguments) {
    try {
      Class<?> changed = new Loader(witness.getClassLoader()).loadClass(witness.getName());
      for (Method candidate : changed.getDeclaredMethods()) {
        if (candidate.getName().equals(name)) {
          candidate.setAccessible(true);
          return candidate.invoke(null, arguments);
        }
      }
      throw new NoSuchMethodException(witness.getName() + "." + name);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Loader extends ClassLoader {
    private final ClassLoader origin;

    Loader(ClassLoader origin) {
      super(origin);
      this.origin = origin;
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
      if (model.methods().stream().noneMatch(Mutation.this::isMeant)) {
        throw new IllegalStateException(type + " has no method " + method);
      }
      return files.transformClass(
          model, ClassTransform.transformingMethods(Mutation.this::isMeant, Mutation.this::change));
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
        boolean isList = type.equals(ConstantDescs.CD_List);
        ClassDesc owner = isList ? type : Optional.class.describeConstable().orElseThrow();
        body.invokestatic(owner, isList ? "of" : "empty", MethodTypeDesc.of(owner), isList)
            .areturn();
      }
      default -> throw new IllegalArgumentException("no answer of type " + type.displayName());
    }
  }
}
