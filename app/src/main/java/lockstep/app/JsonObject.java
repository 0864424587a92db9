package lockstep.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON object that was read. A member that is absent, null or of another type reads as empty,
/// zero or false: fields may be added and left out, and a client must live with either.
public record JsonObject(Map<String, Object> members) {
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

  public Optional<String> text(String name) {
    return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// The text, or the empty string.
  public String string(String name) {
    return text(name).orElse("");
  }

  public long number(String name) {
    return members.get(name) instanceof Number number ? number.longValue() : 0;
  }

  public Optional<Double> decimal(String name) {
    return members.get(name) instanceof Number number
        ? Optional.of(number.doubleValue())
        : Optional.empty();
  }

  /// Whether the member is there, and not null.
  public boolean has(String name) {
    return members.containsKey(name);
  }

  public boolean flag(String name) {
    return members.get(name) instanceof Boolean flag && flag;
  }

  public JsonObject object(String name) {
    return members.get(name) instanceof Map<?, ?> map ? of(map) : new JsonObject(Map.of());
  }

  public List<JsonObject> objects(String name) {
    return members.get(name) instanceof List<?> list ? listOf(list) : List.of();
  }

  /// The strings of an array.
  public List<String> strings(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }
}
