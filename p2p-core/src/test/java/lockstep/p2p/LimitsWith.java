package lockstep.p2p;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/// Limits with some of them changed, by name.
final class LimitsWith {
  private final RecordComponent[] components = Limits.class.getRecordComponents();
  private final Object[] values = new Object[components.length];

  private LimitsWith() {}

  static LimitsWith of(Limits limits) {
    var with = new LimitsWith();
    try {
      for (int i = 0; i < with.values.length; i++) {
        with.values[i] = with.components[i].getAccessor().invoke(limits);
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    return with;
  }

  LimitsWith set(String name, Object value) {
    for (int i = 0; i < components.length; i++) {
      if (components[i].getName().equals(name)) {
        values[i] = value;
        return this;
      }
    }
    throw new IllegalArgumentException("no limit is called " + name);
  }

  Limits limits() {
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return Limits.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
