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
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;

/// A fault planted into one of Lockstep's classes as it is loaded: a method does nothing any more,
/// says yes to everything, or finds nothing. A test that does not notice proves nothing. The
/// program itself knows nothing of this.
///
/// @param type the full name of the class
/// @param method its name; it returns nothing, a boolean or an [Optional]
public record Mutation(String type, String method) {
  /// Another world of all of Lockstep's classes, seen from one of them, with the fault in it.
  ///
  /// @param witness a class whose loader finds them all
  public Class<?> load(Class<?> witness) throws ClassNotFoundException {
    return new Loader(witness.getClassLoader()).loadClass(witness.getName());
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
          model, ClassTransform.transformingMethods(Mutation.this::isMeant, Mutation::change));
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
