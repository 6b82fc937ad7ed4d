package io.chatserver.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;

/** The shape of the server, as ARCHITECTURE.md draws it. */
@AnalyzeClasses(
    packages = "io.chatserver.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.chatserver.server";

  /** Who may know whom: from the wire down to the database. All may know config and fault. */
  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("wiring")
          .definedBy(ROOT)
          .layer("admin")
          .definedBy(ROOT + ".admin..")
          .layer("transport")
          .definedBy(ROOT + ".transport..")
          .layer("chat")
          .definedBy(ROOT + ".chat..")
          .layer("delivery")
          .definedBy(ROOT + ".delivery..")
          .layer("friend")
          .definedBy(ROOT + ".friend..")
          .layer("group")
          .definedBy(ROOT + ".group..")
          .layer("account")
          .definedBy(ROOT + ".account..")
          .layer("cluster")
          .definedBy(ROOT + ".cluster..")
          .layer("session")
          .definedBy(ROOT + ".session..")
          .layer("message")
          .definedBy(ROOT + ".message..")
          .layer("memory")
          .definedBy(ROOT + ".memory..")
          .layer("storage")
          .definedBy(ROOT + ".storage..")
          .layer("config")
          .definedBy(ROOT + ".config..")
          .layer("fault")
          .definedBy(ROOT + ".fault..")
          .whereLayer("wiring")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("admin")
          .mayOnlyAccessLayers(
              "transport",
              "chat",
              "delivery",
              "account",
              "cluster",
              "session",
              "memory",
              "message",
              "storage",
              "config",
              "fault")
          .whereLayer("admin")
          .mayOnlyBeAccessedByLayers("wiring")
          .whereLayer("transport")
          .mayOnlyAccessLayers("chat", "session", "memory", "config", "fault")
          .whereLayer("chat")
          .mayOnlyAccessLayers(
              "delivery",
              "friend",
              "group",
              "account",
              "cluster",
              "session",
              "memory",
              "message",
              "storage",
              "config",
              "fault")
          .whereLayer("delivery")
          .mayOnlyAccessLayers(
              "group", "account", "cluster", "session", "memory", "message", "storage", "config",
              "fault")
          .whereLayer("friend")
          .mayOnlyAccessLayers("account", "cluster", "session", "storage", "config", "fault")
          .whereLayer("group")
          .mayOnlyAccessLayers("cluster", "session", "message", "storage", "config", "fault")
          .whereLayer("cluster")
          .mayOnlyAccessLayers("session", "message", "storage", "config", "fault")
          .whereLayer("account")
          .mayOnlyAccessLayers("storage", "config", "fault")
          .whereLayer("session")
          .mayOnlyAccessLayers("memory", "message", "storage", "config", "fault")
          .whereLayer("message")
          .mayOnlyAccessLayers("storage", "config", "fault")
          .whereLayer("memory")
          .mayOnlyAccessLayers("config", "fault")
          .whereLayer("storage")
          .mayOnlyAccessLayers("config", "fault")
          .whereLayer("config")
          .mayNotAccessAnyLayer()
          .whereLayer("fault")
          .mayNotAccessAnyLayer()
          .ensureAllClassesAreContainedInArchitecture();

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_STORES_KNOW_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".storage..")
          .and()
          .haveNameNotMatching(".*Store(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "com.zaxxer..",
              "org.flywaydb..",
              "org.sqlite..",
              "com.mysql..");

  @ArchTest
  static final ArchRule STORES_KNOW_NO_SERVICE =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Store")
          .should()
          .dependOnClassesThat()
          .haveSimpleNameEndingWith("Service");

  @ArchTest
  static final ArchRule ONLY_TRANSPORT_KNOWS_NETTY =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".transport..")
          .and()
          // Lettuce's way to end its threads answers with a future of Netty.
          .doNotHaveSimpleName("RedisLink")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..");

  @ArchTest
  static final ArchRule ONLY_CONFIG_AND_ADMIN_KNOW_JACKSON =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".config..", ROOT + ".admin..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule ONLY_ADMIN_KNOWS_MICROMETER =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".admin..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer..");

  @ArchTest
  static final ArchRule ONLY_THE_WIRING_MAKES_PARTS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .callConstructorWhere(
              describe("it makes a part of the server", ArchitectureTest::makesAPart));

  private static boolean makesAPart(JavaConstructorCall call) {
    var owner = call.getTargetOwner();
    return owner.getPackageName().startsWith(ROOT)
        // A counted log is a class's own, as its logger is.
        && !owner.getPackageName().equals(ROOT + ".fault")
        && owner.getSimpleName().matches(".*(Service|Store|Registry|Source|Cursors|Log|Hasher)")
        && !call.getOriginOwner().equals(owner);
  }

  /** Tests set the clock. */
  @ArchTest
  static final ArchRule TIME_COMES_FROM_THE_CLOCK =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule NOBODY_SLEEPS =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule LOGS_THROUGH_SLF4J =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.logging..", "ch.qos.logback..");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
}
