package lockstep.app;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// JSON as plain values, by Jackson's streaming core alone: no data binding, so that a command
/// starts in a blink and no class can be named from outside.
///
/// What is written is pure ASCII: nothing in a file's name can drive a terminal.
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
          .build();

  private Json() {}

  /// Writes maps as objects, iterables as arrays, empty optionals as null, numbers and booleans as
  /// such and everything else by its `toString`.
  static String write(Object value) {
    var text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(value, out);
    }
    return text.toString();
  }

  private static void write(Object value, JsonGenerator out) {
    switch (value) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach(
            (name, member) -> {
              out.writeName(name.toString());
              write(member, out);
            });
        out.writeEndObject();
      }
      case Iterable<?> list when !(list instanceof java.nio.file.Path) -> {
        out.writeStartArray();
        list.forEach(item -> write(item, out));
        out.writeEndArray();
      }
      case Optional<?> optional ->
          optional.ifPresentOrElse(present -> write(present, out), out::writeNull);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number);
      case Boolean flag -> out.writeBoolean(flag);
      default -> out.writeString(value.toString());
    }
  }

  /// Reads one object.
  ///
  /// @throws IOException if the bytes are anything else
  public static JsonObject parseObject(byte[] bytes) throws IOException {
    if (parse(bytes) instanceof Map<?, ?> map) return JsonObject.of(map);
    throw new IOException("expected a JSON object");
  }

  /// Reads an array of objects.
  static List<JsonObject> parseObjects(byte[] bytes) throws IOException {
    if (!(parse(bytes) instanceof List<?> list)) throw new IOException("expected a JSON array");
    return JsonObject.listOf(list);
  }

  /// Reads an array of strings.
  static List<String> parseStrings(byte[] bytes) throws IOException {
    if (!(parse(bytes) instanceof List<?> list)) throw new IOException("expected a JSON array");
    return list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
  }

  private static @Nullable Object parse(byte[] bytes) throws IOException {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      in.nextToken();
      Object value = value(in);
      if (in.nextToken() != null) throw new IOException("more than one JSON value");
      return value;
    } catch (JacksonException malformed) {
      throw new IOException("malformed JSON: " + malformed.getOriginalMessage(), malformed);
    }
  }

  private static @Nullable Object value(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> in.getString();
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null, default -> throw new IOException("the JSON ends early");
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser in) throws IOException {
    var map = new LinkedHashMap<String, @Nullable Object>();
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      in.nextToken();
      map.put(name, value(in));
    }
    return map;
  }

  private static List<@Nullable Object> array(JsonParser in) throws IOException {
    var list = new ArrayList<@Nullable Object>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(in));
    }
    return list;
  }
}
