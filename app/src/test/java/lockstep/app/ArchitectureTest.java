package lockstep.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// The rules that module descriptors cannot state.
@AnalyzeClasses(packages = "lockstep", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  /// Watching is outside the disk port, as there is nothing to watch in a simulated tree; stores
  /// that may be deleted at any time need not survive a simulated crash; what a system tells of its
  /// CPU only looks like a file.
  private static final String OTHER_DISK_ADAPTERS =
      "lockstep\\.(sync\\.(watch\\.(Inotify|Portable)Watcher|DiskIndex)|chunk\\.ChunkStore"
          + "|p2p\\.(Ciphers|Gateways)).*";

  /// Who may use whom (docs/architecture.md); `base` is open to all.
  @ArchTest
  static final ArchRule modules_point_one_way =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("app")
          .definedBy("lockstep.app..")
          .layer("sync")
          .definedBy("lockstep.sync..")
          .layer("ledger")
          .definedBy("lockstep.ledger..")
          .layer("chunk")
          .definedBy("lockstep.chunk..")
          .layer("recovery")
          .definedBy("lockstep.recovery..")
          .layer("conflict")
          .definedBy("lockstep.conflict..")
          .layer("lease")
          .definedBy("lockstep.lease..")
          .layer("p2p")
          .definedBy("lockstep.p2p..")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("sync")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("ledger")
          .mayOnlyBeAccessedByLayers("sync")
          .whereLayer("chunk")
          .mayOnlyBeAccessedByLayers("sync")
          .whereLayer("recovery")
          .mayOnlyBeAccessedByLayers("chunk", "ledger", "sync")
          .whereLayer("conflict")
          .mayOnlyBeAccessedByLayers("ledger", "sync")
          .whereLayer("lease")
          .mayOnlyBeAccessedByLayers("sync", "app")
          .whereLayer("p2p")
          .mayOnlyBeAccessedByLayers("sync", "app");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("lockstep.(**)").should().beFreeOfCycles();

  /// The file system is reached through the disk port; stores of the program's own go through
  /// crash-recovery, and the home is the application's.
  @ArchTest
  static final ArchRule files_are_touched_by_adapters_only =
      noClasses()
          .that(
              not(resideInAnyPackage("lockstep.app..", "lockstep.recovery..", "lockstep.testkit")))
          .and()
          .haveNameNotMatching(OTHER_DISK_ADAPTERS)
          .should()
          .accessClassesThat()
          .areAssignableTo(Files.class)
          .because("lockstep.base.Disk is the way to files, so that tests can simulate them");

  @ArchTest
  static final ArchRule sockets_are_the_networks_business =
      noClasses()
          .that(not(resideInAnyPackage("lockstep.p2p..", "lockstep.app..")))
          .should()
          .dependOnClassesThat(resideInAPackage("java.net..").and(not(type(URI.class))))
          .because("lockstep.p2p.PeerNetwork is the way to peers, so that tests can simulate them");

  @ArchTest
  static final ArchRule time_comes_from_its_port =
      noClasses()
          .that()
          .haveNameNotMatching("lockstep\\.base\\.SystemHost.*")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .because("lockstep.base.TimeSource is the way to the clock");

  @ArchTest
  static final ArchRule randomness_comes_from_its_port =
      noClasses()
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callConstructor(Random.class, long.class)
          .because("lockstep.base.Entropy is the way to randomness");

  @ArchTest
  static final ArchRule nothing_sleeps =
      noClasses()
          .that(not(resideInAnyPackage("lockstep.app..")))
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .because("events drive the program; a pause belongs to whoever owns the clock");

  @ArchTest
  static final ArchRule code_is_straight_line =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(CompletableFuture.class)
          .because("virtual threads wait in plain code");

  @ArchTest
  static final ArchRule failures_are_not_printed_and_forgotten =
      noClasses()
          .should()
          .callMethod(Throwable.class, "printStackTrace")
          .because("a failure is thrown on, told or logged");
}
