import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Writes out what `javac` leaves to be made when it first runs: `equals` and `hashCode` of records,
/// and switches over types. The JDK spins a class for each, a millisecond or more of a start, and an
/// AOT cache keeps only those of lambdas and of joined strings.
final class PlainCalls implements ClassTransform {
  private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");
  private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");
  private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");

  private static final int HELPER =
      ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

  private final ClassEntry owner;
  private final boolean inInterface;
  private final List<Consumer<ClassBuilder>> helpers = new ArrayList<>();

  private PlainCalls(ClassEntry owner, boolean inInterface) {
    this.owner = owner;
    this.inInterface = inInterface;
  }

  /// For one class.
  static ClassTransform of(ClassModel model) {
    return new PlainCalls(
        model.thisClass(), (model.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0);
  }

  /// Whether there is anything in a class to write out.
  static boolean concerns(ClassModel model) {
    return model.methods().stream().anyMatch(PlainCalls::concerns);
  }

  private static boolean concerns(MethodModel method) {
    return method.code().map(PlainCalls::concerns).orElse(false);
  }

  private static boolean concerns(CodeModel code) {
    return code.elementStream()
        .anyMatch(e -> e instanceof InvokeDynamicInstruction call && (isRecord(call) || isSwitch(call)));
  }

  private static boolean isRecord(InvokeDynamicInstruction call) {
    return call.bootstrapMethod().owner().equals(RECORDS)
        && !call.name().equalsString("toString");
  }

  private static boolean isSwitch(InvokeDynamicInstruction call) {
    return call.bootstrapMethod().owner().equals(SWITCHES)
        && call.name().equalsString("typeSwitch")
        && call.bootstrapArgs().stream().allMatch(ClassDesc.class::isInstance);
  }

  @Override
  public void accept(ClassBuilder builder, ClassElement element) {
    if (element instanceof MethodModel method && concerns(method)) {
      builder.transformMethod(method, MethodTransform.transformingCode(this::plain));
    } else {
      builder.with(element);
    }
  }

  @Override
  public void atEnd(ClassBuilder builder) {
    helpers.forEach(helper -> helper.accept(builder));
  }

  private void plain(CodeBuilder code, CodeElement element) {
    if (element instanceof InvokeDynamicInstruction call && isRecord(call)) {
      List<DirectMethodHandleDesc> fields =
          call.bootstrapArgs().stream()
              .skip(2)
              .map(DirectMethodHandleDesc.class::cast)
              .toList();
      boolean equals = call.name().equalsString("equals");
      call(code, call, helper -> {
        if (equals) equal(helper, fields);
        else hash(helper, fields);
      });
    } else if (element instanceof InvokeDynamicInstruction call && isSwitch(call)) {
      List<ClassDesc> types = call.bootstrapArgs().stream().map(ClassDesc.class::cast).toList();
      call(code, call, helper -> select(helper, types));
    } else {
      code.with(element);
    }
  }

  /// Calls a new method instead.
  private void call(CodeBuilder code, InvokeDynamicInstruction call, Consumer<CodeBuilder> body) {
    String name = "plain$" + call.name().stringValue() + "$" + helpers.size();
    MethodTypeDesc type = call.typeSymbol();
    helpers.add(builder -> builder.withMethodBody(name, type, HELPER, body));
    code.invokestatic(owner.asSymbol(), name, type, inInterface);
  }

  private void hash(CodeBuilder code, List<DirectMethodHandleDesc> fields) {
    code.iconst_0();
    for (DirectMethodHandleDesc field : fields) {
      code.bipush(31).imul();
      ClassDesc type = get(code, 0, field);
      if (type.isPrimitive()) {
        code.invokestatic(
            boxOf(type), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, type));
      } else {
        code.invokestatic(
            OBJECTS,
            "hashCode",
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_Object));
      }
      code.iadd();
    }
    code.ireturn();
  }

  private void equal(CodeBuilder code, List<DirectMethodHandleDesc> fields) {
    var differ = code.newLabel();
    int that = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(1).instanceOf(owner.asSymbol()).ifeq(differ);
    code.aload(1).checkcast(owner.asSymbol()).astore(that);
    for (DirectMethodHandleDesc field : fields) {
      get(code, 0, field);
      ClassDesc type = get(code, that, field);
      if (type.isPrimitive()) {
        code.invokestatic(
                boxOf(type), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, type, type))
            .ifne(differ);
      } else {
        code.invokestatic(
                OBJECTS,
                "equals",
                MethodTypeDesc.of(
                    ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object))
            .ifeq(differ);
      }
    }
    code.iconst_1().ireturn().labelBinding(differ).iconst_0().ireturn();
  }

  private ClassDesc get(CodeBuilder code, int local, DirectMethodHandleDesc field) {
    ClassDesc type = field.invocationType().returnType();
    code.aload(local).getfield(owner.asSymbol(), field.methodName(), type);
    return type;
  }

  private static ClassDesc boxOf(ClassDesc primitive) {
    return switch (primitive.descriptorString()) {
      case "Z" -> ConstantDescs.CD_Boolean;
      case "B" -> ConstantDescs.CD_Byte;
      case "C" -> ConstantDescs.CD_Character;
      case "S" -> ConstantDescs.CD_Short;
      case "I" -> ConstantDescs.CD_Integer;
      case "J" -> ConstantDescs.CD_Long;
      case "F" -> ConstantDescs.CD_Float;
      case "D" -> ConstantDescs.CD_Double;
      default -> throw new IllegalArgumentException(primitive.descriptorString());
    };
  }

  /// The first label from `restart` (the second argument) on that the first argument is of; one more
  /// than the last if it is of none, -1 for null.
  private static void select(CodeBuilder code, List<ClassDesc> types) {
    code.aload(0).ifThen(Opcode.IFNULL, none -> none.iconst_m1().ireturn());
    for (int i = 0; i < types.size(); i++) {
      int label = i;
      var next = code.newLabel();
      code.iload(1).loadConstant(label).if_icmpgt(next);
      code.aload(0).instanceOf(types.get(i)).ifeq(next);
      code.loadConstant(label).ireturn().labelBinding(next);
    }
    code.loadConstant(types.size()).ireturn();
  }
}
