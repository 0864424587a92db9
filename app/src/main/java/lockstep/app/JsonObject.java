package lockstep.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON object that was read. A member that is absent, null or of another type reads as empty,
/// zero or false: fields may be added and left out, and a client must live with either.
record JsonObject(Map<String, Object> members) {
  static JsonObject of(Map<?, ?> map) {
    var members = new LinkedHashMap<String, Object>();
    map.forEach(
        (name, value) -> {
          if (value != null) members.put(name.toString(), value);
        });
    return new JsonObject(members);
  }

  static List<JsonObject> listOf(List<?> list) {
    return list.stream()
        .filter(Map.class::isInstance)
        .map(item -> JsonObject.of((Map<?, ?>) item))
        .toList();
  }

  Optional<String> text(String name) {
    return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// The text, or the empty string.
  String string(String name) {
    return text(name).orElse("");
  }

  long number(String name) {
    return members.get(name) instanceof Number number ? number.longValue() : 0;
  }

  Optional<Double> decimal(String name) {
    return members.get(name) instanceof Number number
        ? Optional.of(number.doubleValue())
        : Optional.empty();
  }

  boolean flag(String name) {
    return members.get(name) instanceof Boolean flag && flag;
  }

  JsonObject object(String name) {
    return members.get(name) instanceof Map<?, ?> map ? of(map) : new JsonObject(Map.of());
  }

  List<JsonObject> objects(String name) {
    return members.get(name) instanceof List<?> list ? listOf(list) : List.of();
  }

  /// The strings of an array.
  List<String> strings(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }
}
