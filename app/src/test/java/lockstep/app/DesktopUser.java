package lockstep.app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.event.EventType;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Labeled;
import javafx.scene.control.MenuButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.TreeView;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;
import javafx.stage.Window;
import javax.imageio.ImageIO;
import lockstep.app.ui.camera.Camera;
import org.jspecify.annotations.Nullable;

/// Somebody before the desktop window, on JavaFX's headless platform: looks, presses and types, and
/// waits as long as a busy machine takes. With `-Dlockstep.screenshots=DIRECTORY` also takes
/// pictures.
final class DesktopUser {
  private static final int PATIENCE_SECONDS = 120;
  private static final Optional<Path> PICTURES =
      Optional.ofNullable(System.getProperty("lockstep.screenshots")).map(Path::of);

  /// A condition looked at on the thread that draws.
  interface Sight {
    boolean seen() throws Exception;
  }

  static <T> T onScreen(Callable<T> task) throws InterruptedException {
    var future = new FutureTask<>(task);
    postponed(future);
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the window does not answer", e);
    }
  }

  /// Gives the thread that draws a task, as soon as there is one.
  private static void postponed(Runnable task) throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        Platform.runLater(task);
        return;
      } catch (IllegalStateException notStarted) {
        if (attempt == PATIENCE_SECONDS * 20) throw notStarted;
        Thread.sleep(50);
      }
    }
  }

  static void await(String what, Sight sight) throws InterruptedException {
    for (int look = 0; look < PATIENCE_SECONDS * 20; look++) {
      if (onScreen(sight::seen)) return;
      Thread.sleep(50);
    }
    throw new AssertionError(what + " does not appear; there is: " + onScreen(DesktopUser::words));
  }

  /// The newest window is the one in front.
  private static Parent front() {
    List<Window> windows = Window.getWindows().stream().filter(Window::isShowing).toList();
    return windows.getLast().getScene().getRoot();
  }

  private static boolean isVisible(Node node) {
    for (Node at = node; at != null; at = at.getParent()) {
      if (!at.isVisible()) return false;
    }
    return true;
  }

  private static Optional<Node> find(String selector) {
    if (Window.getWindows().isEmpty()) return Optional.empty();
    return front().lookupAll(selector).stream().filter(DesktopUser::isVisible).findFirst();
  }

  /// Every text that can be read.
  private static List<String> words() {
    if (Window.getWindows().isEmpty()) return List.of();
    var words = new ArrayList<String>();
    collect(front(), words);
    return words;
  }

  private static void collect(Node node, List<String> words) {
    if (!node.isVisible()) return;
    if (node instanceof Labeled label && label.getText() != null) words.add(label.getText());
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(child, words));
    }
  }

  /// Waits until a text that contains this can be read.
  void reads(String text) throws InterruptedException {
    await("'" + text + "'", () -> words().stream().anyMatch(word -> word.contains(text)));
  }

  boolean canRead(String text) throws InterruptedException {
    return onScreen(() -> words().stream().anyMatch(word -> word.contains(text)));
  }

  /// Waits until something is there.
  Node sees(String selector) throws InterruptedException {
    await(selector, () -> find(selector).isPresent());
    return onScreen(() -> find(selector).orElseThrow());
  }

  /// Waits until something stands in a field.
  void seesFilled(String selector) throws InterruptedException {
    await(
        selector + " filled",
        () ->
            find(selector)
                .filter(field -> !((TextInputControl) field).getText().isEmpty())
                .isPresent());
  }

  /// Presses a button once it can be pressed.
  void presses(String selector) throws InterruptedException {
    await(selector + " enabled", () -> find(selector).filter(DesktopUser::press).isPresent());
  }

  private static boolean press(Node button) {
    if (button.isDisabled()) return false;
    ((ButtonBase) button).fire();
    return true;
  }

  /// Chooses what stands in a menu behind a button.
  void choosesItem(String selector, String item) throws InterruptedException {
    Node menu = sees(selector);
    onScreen(
        () -> {
          ((MenuButton) menu)
              .getItems().stream()
                  .filter(one -> one.getText().equals(item) && !one.isDisable())
                  .findFirst()
                  .orElseThrow()
                  .fire();
          return true;
        });
  }

  void checks(String selector) throws InterruptedException {
    Node box = sees(selector);
    onScreen(
        () -> {
          ((CheckBox) box).setSelected(true);
          return true;
        });
  }

  void types(String selector, String text) throws InterruptedException {
    Node field = sees(selector);
    onScreen(
        () -> {
          ((TextInputControl) field).setText(text);
          return true;
        });
  }

  /// Moves the keyboard to something, as Tab does.
  void movesTo(String selector) throws InterruptedException {
    Node node = sees(selector);
    onScreen(
        () -> {
          node.requestFocus();
          return true;
        });
    hasKeyboardOn(selector);
  }

  void hasKeyboardOn(String selector) throws InterruptedException {
    var elsewhere = new AtomicReference<@Nullable Node>();
    try {
      await(
          "the keyboard on " + selector,
          () -> {
            elsewhere.set(front().getScene().getFocusOwner());
            return find(selector).filter(Node::isFocused).isPresent();
          });
    } catch (AssertionError e) {
      throw new AssertionError("the keyboard is on " + elsewhere.get(), e);
    }
  }

  /// Hits a key, wherever the keyboard is.
  void hits(KeyCode key) throws InterruptedException {
    hits(key, false);
  }

  /// Hits a key while Ctrl is held.
  void hitsWithCtrl(KeyCode key) throws InterruptedException {
    hits(key, true);
  }

  private static void hits(KeyCode key, boolean ctrl) throws InterruptedException {
    onScreen(
        () -> {
          for (EventType<KeyEvent> half : List.of(KeyEvent.KEY_PRESSED, KeyEvent.KEY_RELEASED)) {
            front().applyCss(); // only then does a button know its keys
            Node at = front().getScene().getFocusOwner();
            at.fireEvent(new KeyEvent(half, "", "", key, false, ctrl, false, false));
          }
          return true;
        });
  }

  /// Waits until something is within the window as a whole.
  void seesWhole(String selector) throws InterruptedException {
    await(
        "the whole of " + selector,
        () -> {
          Node node = find(selector).orElseThrow();
          return front().getLayoutBounds().contains(node.localToScene(node.getLayoutBounds()));
        });
  }

  double height(String selector) throws InterruptedException {
    Node node = sees(selector);
    return onScreen(() -> node.getLayoutBounds().getHeight());
  }

  /// Types into a field and ends with Enter.
  void enters(String selector, String text) throws InterruptedException {
    types(selector, text);
    Node field = sees(selector);
    onScreen(
        () -> {
          field.fireEvent(new javafx.event.ActionEvent());
          return true;
        });
  }

  /// Scrolls the page until something is seen.
  void scrollsTo(String selector) throws InterruptedException {
    Node node = sees(selector);
    onScreen(
        () -> {
          Node at = node;
          while (!(at instanceof ScrollPane)) at = at.getParent();
          var pane = (ScrollPane) at;
          double height = pane.getContent().getLayoutBounds().getHeight();
          double top =
              pane.getContent().sceneToLocal(node.localToScene(node.getLayoutBounds())).getMinY();
          pane.setVvalue(Math.clamp(top / height, 0, 1));
          return true;
        });
  }

  /// Waits until the last of something that scrolls is seen.
  void isAtTheEndOf(String selector) throws InterruptedException {
    await(
        "the end of " + selector,
        () -> ((ScrollPane) find(selector).orElseThrow()).getVvalue() == 1);
  }

  String label(String selector) throws InterruptedException {
    Node label = sees(selector);
    return onScreen(() -> ((Labeled) label).getText());
  }

  String text(String selector) throws InterruptedException {
    Node field = sees(selector);
    return onScreen(() -> ((TextInputControl) field).getText());
  }

  /// Chooses an entry of the list of folders.
  void chooses(String selector) throws InterruptedException {
    presses(selector);
  }

  /// Chooses a file of the folder that is shown.
  void choosesFile(String name) throws InterruptedException {
    await("the file " + name, () -> rows(name).isPresent());
    onScreen(
        () -> {
          ((TreeView<?>) find("#files").orElseThrow())
              .getSelectionModel()
              .select(rows(name).orElseThrow().intValue());
          return true;
        });
  }

  /// Has a directory show what is in it.
  void opens(String directory) throws InterruptedException {
    expands(directory, true);
  }

  void shuts(String directory) throws InterruptedException {
    expands(directory, false);
  }

  private static void expands(String directory, boolean open) throws InterruptedException {
    await("the directory " + directory, () -> rows(directory).isPresent());
    onScreen(
        () -> {
          TreeView<?> tree = (TreeView<?>) find("#files").orElseThrow();
          tree.getRoot().getChildren().get(rows(directory).orElseThrow()).setExpanded(open);
          return true;
        });
  }

  /// Sets or takes away the tick of a file by the space bar.
  void ticks(String name) throws InterruptedException {
    choosesFile(name);
    onScreen(
        () -> {
          Node tree = find("#files").orElseThrow();
          tree.fireEvent(
              new KeyEvent(
                  KeyEvent.KEY_PRESSED, " ", " ", KeyCode.SPACE, false, false, false, false));
          return true;
        });
  }

  /// Clicks the tick beside a file or directory that is to be seen.
  void clicksTick(String name) throws InterruptedException {
    await(
        "the tick of " + name,
        () ->
            find("#files").stream()
                .flatMap(tree -> tree.lookupAll(".tree-cell").stream())
                .filter(cell -> name.equals(((Labeled) cell).getText()))
                .flatMap(cell -> cell.lookupAll(".check-box").stream())
                .findFirst()
                .filter(DesktopUser::press)
                .isPresent());
  }

  private static Optional<Integer> rows(String name) {
    return find("#files")
        .map(tree -> ((TreeView<?>) tree).getRoot())
        .flatMap(
            root ->
                java.util.stream.IntStream.range(0, root.getChildren().size())
                    .filter(
                        i -> root.getChildren().get(i).getValue().toString().contains(name + ","))
                    .boxed()
                    .findFirst());
  }

  /// The address of the style that everything is drawn in.
  String theme() throws InterruptedException {
    return onScreen(Application::getUserAgentStylesheet);
  }

  @SuppressWarnings("unchecked")
  <T> void chooses(String selector, T value) throws InterruptedException {
    Node box = sees(selector);
    onScreen(
        () -> {
          ((ComboBox<T>) box).setValue(value);
          return true;
        });
  }

  void iconifies() throws InterruptedException {
    onScreen(
        () -> {
          ((Stage) front().getScene().getWindow()).setIconified(true);
          return true;
        });
  }

  static boolean isInFront() {
    var window = (Stage) front().getScene().getWindow();
    return window.isShowing() && !window.isIconified();
  }

  void closesTheFront() throws InterruptedException {
    onScreen(
        () -> {
          front().getScene().getWindow().hide();
          return true;
        });
  }

  /// Takes a picture of what is in front, once in light and once in dark.
  void photographs(String name) throws InterruptedException, IOException {
    if (PICTURES.isEmpty()) return;
    Files.createDirectories(PICTURES.get());
    Thread.sleep(300); // what was just laid out is drawn with the next pulse
    String before = onScreen(Application::getUserAgentStylesheet);
    for (String theme : List.of("light", "dark")) {
      Supplier<String> sheet =
          () ->
              theme.equals("light")
                  ? new atlantafx.base.theme.PrimerLight().getUserAgentStylesheet()
                  : new atlantafx.base.theme.PrimerDark().getUserAgentStylesheet();
      onScreen(
          () -> {
            Application.setUserAgentStylesheet(sheet.get());
            return true;
          });
      WritableImage image = onScreen(() -> front().getScene().snapshot(null));
      ImageIO.write(
          pixels(image), "png", PICTURES.get().resolve(name + "-" + theme + ".png").toFile());
    }
    onScreen(
        () -> {
          Application.setUserAgentStylesheet(before);
          return true;
        });
  }

  private static BufferedImage pixels(WritableImage image) {
    int width = (int) image.getWidth();
    int height = (int) image.getHeight();
    var copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        copy.setRGB(x, y, image.getPixelReader().getArgb(x, y));
      }
    }
    return copy;
  }

  /// A window that runs in the background until it is closed.
  static CountDownLatch opens(Desktop.Host host, List<Camera> cameras) {
    System.setProperty("glass.platform", "Headless");
    System.setProperty("prism.order", "sw");
    System.setProperty("prism.lcdtext", "false");
    var closed = new CountDownLatch(1);
    Thread.ofPlatform()
        .name("desktop")
        .start(
            () -> {
              try {
                new lockstep.app.ui.JavaFxDesktop(() -> cameras).run(host);
              } catch (Failure | InterruptedException e) {
                throw new AssertionError(e);
              } finally {
                closed.countDown();
              }
            });
    return closed;
  }
}
