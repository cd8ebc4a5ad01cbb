package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.engine.Removal.Fate;
import dev.stowage.engine.RemovalPlan.Change;
import dev.stowage.engine.RemovalPlan.Happening;
import dev.stowage.engine.RemovalPlan.RemoveContainer;
import dev.stowage.engine.RemovalPlan.RemoveImage;
import dev.stowage.engine.RemovalPlan.RemoveName;
import dev.stowage.model.ContainerId;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.RejectedException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The rules of removal, by the numbers they are known under in the project's list of behaviours.
class RemovalsTest {
  private static final RemoveOptions PLAIN = RemoveOptions.DEFAULT;
  private static final RemoveOptions UNTAG_ALL = PLAIN.withForce(Force.UNTAG_ALL);
  private static final RemoveOptions FORCED = PLAIN.withForce(Force.WITH_CONTAINERS);

  private final Shelf shelf = new Shelf();

  private RemovalPlan plan(RemoveOptions options, String... names) {
    View view = shelf.view();
    return Removals.plan(view, shelf.lookup(view), List.of(names), options);
  }

  private RemovalPlan planAll(String filter) throws IOException {
    View view = shelf.view();
    ListOptions which = ListOptions.DEFAULT.and(Filter.parse(filter));
    return Removals.plan(
        view,
        Listings.of(view, shelf.lookup(view), Clock.systemUTC(), which, damaged -> {}),
        PLAIN);
  }

  private static void assertChanges(RemovalPlan plan, Change... changes) {
    assertEquals(List.of(changes), plan.changes());
  }

  private static List<String> fates(RemovalPlan plan) {
    List<String> fates = new ArrayList<>();
    for (Removal.Report report : plan.removal().reports()) {
      fates.add(report.image().value().replaceAll("0+$", "") + " " + report.fate());
    }
    return fates;
  }

  private static IOException onlyFailure(RemovalPlan plan) {
    assertEquals(1, plan.removal().failures().size());
    return plan.removal().failures().getFirst().cause();
  }

  @Test
  void r01WithoutAJudgeNoContainerIsExternal() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c1", image);
    ContainerId container = new ContainerId(Shelf.id("c1"));
    assertInstanceOf(InUseException.class, onlyFailure(plan(PLAIN, "a:1")));
    assertEquals(Optional.empty(), PLAIN.external());
    assertChanges(
        plan(PLAIN.withExternal(container::equals), "a:1"),
        new RemoveContainer(container),
        new RemoveImage(image));
  }

  @Test
  void r02NamesAreLookedUpEachForItselfAndFailuresDoNotHinderOthers() {
    ImageId image = shelf.image("1").named("localhost/a:latest").done();
    RemovalPlan plan = plan(PLAIN, "nothing", "a");
    assertChanges(plan, new RemoveImage(image));
    assertEquals("nothing: image not known", onlyFailure(plan).getMessage());
    assertEquals(Removal.Outcome.NOT_KNOWN, plan.removal().outcome());
  }

  @Test
  void r02UnknownNamesMayBeIgnoredAndOthersMayNot() {
    RemovalPlan plan = plan(PLAIN.withMissing(RemoveOptions.Missing.IGNORED), "nothing", "Bad");
    assertEquals("Bad", plan.removal().failures().getFirst().wanted());
    assertEquals(1, plan.removal().failures().size());
    assertEquals(Removal.Outcome.FAILED, plan.removal().outcome());
  }

  @Test
  void r03WhereListsAreMeantImagesAreRefusedAndInstancesStay() {
    ImageId image = shelf.image("1").named("localhost/a:latest").done();
    ImageId list =
        shelf
            .image("2")
            .named("localhost/list:latest")
            .listing(Map.of(shelf.digestOf(image), Shelf.MACHINE));
    RemovalPlan plan = plan(PLAIN.withNames(RemoveOptions.Scope.Names.LISTS), "a", "list");
    assertChanges(plan, new RemoveImage(list));
    assertTrue(
        String.valueOf(onlyFailure(plan).getMessage()).endsWith("image is not a manifest list"));
  }

  @Test
  void r04AListWithoutALocalInstanceIsRemovedItself() {
    ImageId list = shelf.image("2").named("localhost/list:latest").listing(Map.of());
    assertChanges(plan(PLAIN, "list"), new RemoveImage(list));
  }

  @Test
  void r04OfAListWithALocalInstanceTheInstanceGoes() {
    ImageId instance = shelf.image("1").named("localhost/a:1").done();
    shelf
        .image("2")
        .named("localhost/list:latest")
        .listing(Map.of(shelf.digestOf(instance), Shelf.MACHINE));
    RemovalPlan plan = plan(PLAIN, "list");
    assertChanges(plan, new RemoveImage(instance));
    assertEquals(List.of("localhost/a:1"), plan.removal().untagged());
  }

  @Test
  void r05WithoutNamesAllThatMeetTheFiltersGoWithTheirNames() throws IOException {
    ImageId one = shelf.image("1").named("localhost/a:1", "localhost/b:1").done();
    shelf.image("2").named("localhost/c:1").done();
    RemovalPlan plan = planAll("id=10");
    assertChanges(plan, new RemoveImage(one));
    assertEquals(List.of("localhost/a:1", "localhost/b:1"), plan.removal().untagged());
  }

  @Test
  void r06NamesOfOneImageAreTakenOneAfterTheOther() {
    ImageId one = shelf.image("1").named("localhost/a:1", "localhost/b:1", "localhost/c:1").done();
    ImageId two = shelf.image("2").named("localhost/d:1").done();
    RemovalPlan plan = plan(PLAIN, "a:1", "d:1", "b:1");
    assertChanges(
        plan,
        new RemoveName(one, "localhost/a:1"),
        new RemoveName(one, "localhost/b:1"),
        new RemoveImage(two));
    assertEquals(List.of("1 UNTAGGED", "2 REMOVED"), fates(plan));
    assertEquals(
        List.of("localhost/a:1", "localhost/b:1", "localhost/d:1"), plan.removal().untagged());
  }

  @Test
  void r06TheLastNameTakesTheImageWithIt() {
    ImageId one = shelf.image("1").named("localhost/a:1", "localhost/b:1").done();
    RemovalPlan plan = plan(PLAIN, "a:1", "b:1");
    assertChanges(plan, new RemoveName(one, "localhost/a:1"), new RemoveImage(one));
    assertEquals(List.of("1 REMOVED"), fates(plan));
    assertEquals(List.of("localhost/a:1", "localhost/b:1"), plan.removal().untagged());
  }

  @Test
  void r07ReadOnlyImagesAreRefusedWithoutAnEvent() {
    ImageId image = shelf.image("1").named("localhost/a:1").readOnly().done();
    RemovalPlan plan = plan(PLAIN, "a:1");
    assertEquals("cannot remove read-only image \"" + image + "\"", onlyFailure(plan).getMessage());
    assertEquals(List.of(), plan.changes());
    assertEquals(List.of(), plan.happenings());
    assertEquals(Removal.Outcome.FAILED, plan.removal().outcome());
  }

  @Test
  void r08WhatIsGoneAlreadyIsPassedOver() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    RemovalPlan plan = plan(PLAIN, "abc", "a:1");
    assertChanges(plan, new RemoveImage(image));
    assertEquals(List.of(), plan.removal().failures());
  }

  @Test
  void r09TheSizeIsTheOneBeforeAndTakesDamageAsItIs() {
    shelf.layer("a", "", 100);
    shelf.image("1").named("localhost/a:1").on("a", List.of("a"), "s").done();
    shelf.image("2").named("localhost/b:1").on("f", List.of("f"), "s").done();
    RemovalPlan plan = plan(PLAIN, "a:1", "b:1");
    assertTrue(plan.removal().reports().get(0).size() > 100);
    assertEquals(List.of(), plan.removal().failures());
  }

  @Test
  void r10ByIdAnImageOfSeveralNamesNeedsForce() {
    ImageId image = shelf.image("abc").named("localhost/a:1", "localhost/b:1").done();
    RemovalPlan plan = plan(PLAIN, "abc");
    assertEquals(
        "unable to delete image \""
            + image
            + "\" by ID with more than one tag ([localhost/a:1 localhost/b:1]): please force"
            + " removal",
        onlyFailure(plan).getMessage());
    assertEquals(List.of(), plan.removal().reports());
    RemovalPlan forced = plan(UNTAG_ALL, "abc");
    assertChanges(forced, new RemoveImage(image));
    assertEquals(List.of("localhost/a:1", "localhost/b:1"), forced.removal().untagged());
  }

  @Test
  void r11ByDigestAnImageOfSeveralNamesNeedsForce() {
    ImageId image = shelf.image("abc").named("localhost/a:1", "localhost/b:1").done();
    RemovalPlan plan = plan(PLAIN, "sha256:" + image);
    assertTrue(
        String.valueOf(onlyFailure(plan).getMessage())
            .contains("by digest with more than one tag"));
    assertChanges(plan(UNTAG_ALL, "sha256:" + image), new RemoveImage(image));
  }

  @Test
  void r12ByNameAnImageOfSeveralLosesThatNameAlone() {
    ImageId image = shelf.image("abc").named("localhost/a:1", "localhost/b:1").done();
    RemovalPlan plan = plan(FORCED, "a:1");
    assertChanges(plan, new RemoveName(image, "localhost/a:1"));
    assertEquals(List.of("abc UNTAGGED"), fates(plan));
    assertEquals(List.of("localhost/a:1"), plan.removal().untagged());
  }

  @Test
  void r12ANameThatIsNotTheImagesOwnIsNotTakenFromIt() {
    ImageId image = shelf.image("abc").named("localhost/a:1", "localhost/b:1").done();
    shelf
        .image("2")
        .named("localhost/list:latest")
        .listing(Map.of(shelf.digestOf(image), Shelf.MACHINE));
    RemovalPlan plan = plan(PLAIN, "list");
    NotFoundException e = assertInstanceOf(NotFoundException.class, onlyFailure(plan));
    assertEquals(NotFoundException.Kind.TAG, e.kind());
    assertEquals(Removal.Outcome.FAILED, plan.removal().outcome());
  }

  @Test
  void r13ByItsOnlyNameAnImageInUseKeepsItsName() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c", image);
    RemovalPlan plan = plan(PLAIN, "a:1");
    assertEquals(List.of(), plan.changes());
    assertInstanceOf(InUseException.class, onlyFailure(plan));
    assertEquals(List.of("abc KEPT"), fates(plan));
  }

  @Test
  void r15ForceRemovesTheContainersOfTheImage() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    ImageId other = shelf.image("1").named("localhost/b:1").done();
    shelf.container("c1", image).container("c2", image).container("c3", other);
    assertChanges(
        plan(FORCED, "a:1"),
        new RemoveContainer(new ContainerId(Shelf.id("c1"))),
        new RemoveContainer(new ContainerId(Shelf.id("c2"))),
        new RemoveImage(image));
  }

  @Test
  void r15ForceLeavesContainersThatAreMounted() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.layer("c1", "", 0).container("c1", image).mount("c1", "/merged", 1);
    RemovalPlan plan = plan(FORCED, "a:1");
    assertEquals(List.of(), plan.changes());
    assertEquals(Removal.Outcome.IN_USE, plan.removal().outcome());
  }

  @Test
  void r16WithoutForceExternalContainersGoAndOthersDoNot() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c1", image);
    ContainerId container = new ContainerId(Shelf.id("c1"));
    assertChanges(
        plan(PLAIN.withExternal(container::equals), "a:1"),
        new RemoveContainer(container),
        new RemoveImage(image));
    RemovalPlan refused = plan(PLAIN.withExternal(any -> false), "a:1");
    assertEquals(
        "cannot remove container " + container + ": not an external container",
        onlyFailure(refused).getMessage());
    assertEquals(List.of(), refused.changes());
  }

  @Test
  void r16OneContainerThatIsNotExternalKeepsThemAll() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c1", image).container("c2", image);
    ContainerId external = new ContainerId(Shelf.id("c1"));
    RemovalPlan plan = plan(PLAIN.withExternal(external::equals), "a:1");
    assertEquals(List.of(), plan.changes());
    assertEquals(
        "cannot remove container " + Shelf.id("c2") + ": not an external container",
        onlyFailure(plan).getMessage());
  }

  @Test
  void r17AnImageInUseIsRefusedWithAHint() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c1", image).container("c2", image);
    RemovalPlan plan = plan(UNTAG_ALL, "abc");
    InUseException e = assertInstanceOf(InUseException.class, onlyFailure(plan));
    assertEquals(List.of(Shelf.id("c1"), Shelf.id("c2")), e.holders());
    assertEquals(
        "image used by "
            + Shelf.id("c2")
            + ": image is in use by a container: consider listing external containers and"
            + " force-removing image",
        e.getMessage());
    assertEquals(Removal.Outcome.IN_USE, plan.removal().outcome());
  }

  @Test
  void r18OfAnImageWithChildrenTheRecordGoesAndTheDataStays() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").named("localhost/base:1").on("a", List.of("a"), "s1").done();
    shelf.image("2").named("localhost/c:1").on("b", List.of("a", "b"), "s1", "s2").done();
    RemovalPlan plan = plan(PLAIN, "base:1");
    assertChanges(plan, new RemoveImage(base));
    assertEquals(List.of("1 SHARED"), fates(plan));
    assertEquals(List.of(), plan.removal().removed());
  }

  @Test
  void r19ParentsThatNothingRefersToAnyMoreGoToo() {
    shelf.layer("a", "", 1).layer("b", "a", 1).layer("c", "b", 1);
    ImageId one = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId two = shelf.image("2").on("b", List.of("a", "b"), "s1", "s2").done();
    ImageId three =
        shelf
            .image("3")
            .named("localhost/c:1")
            .on("c", List.of("a", "b", "c"), "s1", "s2", "s3")
            .done();
    RemovalPlan plan = plan(PLAIN, "c:1");
    assertChanges(plan, new RemoveImage(three), new RemoveImage(two), new RemoveImage(one));
    assertEquals(List.of("3 REMOVED", "2 REMOVED", "1 REMOVED"), fates(plan));
    assertChanges(
        plan(PLAIN.withParents(RemoveOptions.Scope.Parents.KEPT), "c:1"), new RemoveImage(three));
  }

  @Test
  void r19ParentsWithANameOrAnotherChildOrAListStay() {
    shelf.layer("a", "", 1).layer("b", "a", 1).layer("c", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId one =
        shelf.image("2").named("localhost/x:1").on("b", List.of("a", "b"), "s1", "s2").done();
    ImageId two =
        shelf.image("3").named("localhost/x:2").on("c", List.of("a", "c"), "s1", "s3").done();
    assertChanges(plan(PLAIN, "x:1"), new RemoveImage(one));
    assertChanges(
        plan(PLAIN, "x:1", "x:2"),
        new RemoveImage(one),
        new RemoveImage(two),
        new RemoveImage(base));
    shelf.image("9").named("localhost/list:1").listing(Map.of(shelf.digestOf(base), Shelf.MACHINE));
    assertChanges(plan(PLAIN, "x:1", "x:2"), new RemoveImage(one), new RemoveImage(two));
  }

  @Test
  void r19AParentThatAContainerUsesStaysAndIsReported() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId child =
        shelf.image("2").named("localhost/x:1").on("b", List.of("a", "b"), "s1", "s2").done();
    shelf.container("c1", base);
    RemovalPlan plan = plan(PLAIN, "x:1");
    assertChanges(plan, new RemoveImage(child));
    assertEquals(base.value(), plan.removal().failures().getFirst().wanted());
    assertEquals(Removal.Outcome.IN_USE, plan.removal().outcome());
  }

  @Test
  void r20BrokenStoresAreNoHindrance() {
    shelf.layer("b", "gone", 1);
    ImageId one = shelf.image("1").named("localhost/x:1").on("b", List.of("b"), "s1").done();
    ImageId two = shelf.image("2").named("localhost/x:2").on("f", List.of("f"), "s1").done();
    shelf.lose(one, "");
    assertChanges(plan(PLAIN, "x:1", "x:2"), new RemoveImage(one), new RemoveImage(two));
  }

  @Test
  void r20AParentThatCannotBeReadIsNone() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId child =
        shelf.image("2").named("localhost/x:1").on("b", List.of("a", "b"), "s1", "s2").done();
    assertChanges(plan(PLAIN, "x:1"), new RemoveImage(child), new RemoveImage(base));
    shelf.lose(base, "");
    assertChanges(plan(PLAIN, "x:1"), new RemoveImage(child));
  }

  @Test
  void r20ChildrenThatCannotBeReadAreNone() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    shelf.image("1").named("localhost/base:1").on("a", List.of("a"), "s1").done();
    ImageId child = shelf.image("2").on("b", List.of("a", "b"), "s1", "s2").done();
    assertEquals(List.of("1 SHARED"), fates(plan(PLAIN, "base:1")));
    shelf.lose(child, "");
    assertEquals(List.of("1 REMOVED"), fates(plan(PLAIN, "base:1")));
  }

  @Test
  void r21WhatARecordNamesAndIsNotThereIsGoneAlready() {
    ImageId image = shelf.image("1").named("localhost/x:1").on("f", List.of("f"), "s1").done();
    shelf.lose(image, "");
    RemovalPlan plan = plan(PLAIN, "x:1");
    assertChanges(plan, new RemoveImage(image));
    assertEquals(List.of("1 REMOVED"), fates(plan));
    assertEquals(List.of(), plan.removal().failures());
  }

  @Test
  void r22EveryVisitHasARemoveEventAndEveryNameAnUntagEvent() {
    ImageId one = shelf.image("abc").named("localhost/a:1", "localhost/b:1").done();
    assertEquals(
        List.of(
            happening(Event.Kind.UNTAG, one, "localhost/a:1"),
            happening(Event.Kind.REMOVE, one, "localhost/a:1")),
        plan(PLAIN, "a:1").happenings());
    assertEquals(
        List.of(
            happening(Event.Kind.UNTAG, one, "localhost/a:1"),
            happening(Event.Kind.UNTAG, one, "localhost/b:1"),
            happening(Event.Kind.REMOVE, one, "abc")),
        plan(UNTAG_ALL, "abc").happenings());
  }

  @Test
  void r22AFailedRemovalSaysSoInItsEvent() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c1", image);
    Happening only = plan(PLAIN, "a:1").happenings().getFirst();
    assertEquals(Event.Kind.REMOVE, only.kind());
    assertTrue(only.failure().orElseThrow().contains("in use by a container"));
  }

  @Test
  void r23ReportsStandInTheOrderOfTheFirstVisit() {
    shelf.image("1").named("localhost/a:1", "localhost/a:2").done();
    shelf.image("2").named("localhost/b:1").done();
    RemovalPlan plan = plan(PLAIN, "a:2", "b:1", "a:1");
    assertEquals(List.of("1 REMOVED", "2 REMOVED"), fates(plan));
  }

  @Test
  void theOutcomeIsTheWorstOfTheFailures() {
    ImageId image = shelf.image("abc").named("localhost/a:1").done();
    shelf.container("c1", image);
    shelf.image("1").named("localhost/b:1").readOnly().done();
    assertEquals(Removal.Outcome.IN_USE, plan(PLAIN, "b:1", "x", "a:1").removal().outcome());
    assertEquals(Removal.Outcome.FAILED, plan(PLAIN, "b:1", "x").removal().outcome());
    assertEquals(Removal.Outcome.NOT_KNOWN, plan(PLAIN, "x").removal().outcome());
    assertEquals(Removal.Outcome.DONE, plan(PLAIN).removal().outcome());
  }

  @Test
  void refusalsForWantOfForceAreNoUse() {
    shelf.image("abc").named("localhost/a:1", "localhost/b:1").done();
    assertInstanceOf(RejectedException.class, onlyFailure(plan(PLAIN, "abc")));
    assertEquals(Fate.REMOVED, plan(UNTAG_ALL, "abc").removal().reports().getFirst().fate());
  }

  private static Happening happening(Event.Kind kind, ImageId image, String name) {
    return new Happening(kind, image, name, Optional.empty());
  }
}
