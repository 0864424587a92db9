package lockstep.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// Feeds a `@ParameterizedTest` with seeds: first those kept because they once failed, then a fixed
/// run of others, so that a build is repeatable. `-Dlockstep.seeds=N` replaces the count,
/// `-Dlockstep.seed=S` replays one.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(SeedProvider.class)
public @interface SeedSource {
  /// How many seeds beside the kept ones.
  int count() default 100;

  /// Seeds that failed once.
  long[] kept() default {};
}
