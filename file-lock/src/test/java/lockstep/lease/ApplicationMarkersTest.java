package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lockstep.base.RelPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationMarkersTest {
  @ParameterizedTest
  @CsvSource({
    ".~lock.plan.odt#, plan.odt",
    "~$report.docx, report.docx",
    "~$nualReport.docx, AnnualReport.docx",
    "scene.blend@, scene.blend",
    ".notes.txt.swp, notes.txt",
    ".#notes.txt, notes.txt",
    "HOUSE.DWL2, house.dwg",
    ".hero.kra-autosave.kra, hero.kra",
    "tower.3dm.rhl, tower.3dm",
    "tower.3dmrhl, tower.3dm",
    "photos.lrcat.lock, photos.lrcat",
    "film.prlock, film.prproj",
    "logo.afdesign~lock~, logo.afdesign",
    "~board.kicad_pcb.lck, board.kicad_pcb",
    "song.aup3-wal, song.aup3",
    "~magazine~x1(y.idlk, magazine.indd"
  })
  void an_applications_marker_stands_for_its_document(String marker, String document) {
    var siblings = List.of(marker, document, "other.blend", "other.docx", "other.indd");

    assertThat(ApplicationMarkers.isMarker(marker)).isTrue();
    assertThat(ApplicationMarkers.documents(RelPath.of("work/" + marker), siblings))
        .containsExactly(RelPath.of("work/" + document));
  }

  @Test
  void what_is_no_marker_stands_for_nothing() {
    assertThat(ApplicationMarkers.isMarker("scene.blend")).isFalse();
    assertThat(ApplicationMarkers.documents(RelPath.of("scene.blend"), List.of("scene.blend")))
        .isEmpty();
  }
}
