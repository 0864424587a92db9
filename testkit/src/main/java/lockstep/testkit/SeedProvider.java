package lockstep.testkit;

import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// See [SeedSource].
final class SeedProvider implements ArgumentsProvider, AnnotationConsumer<SeedSource> {
  private long[] kept = {};
  private int count;

  @Override
  public void accept(SeedSource source) {
    kept = source.kept();
    count = Integer.getInteger("lockstep.seeds", source.count());
  }

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    Long replayed = Long.getLong("lockstep.seed");
    LongStream seeds =
        replayed != null
            ? LongStream.of(replayed)
            : LongStream.concat(Arrays.stream(kept), LongStream.range(0, count));
    return seeds.mapToObj(Arguments::of);
  }
}
