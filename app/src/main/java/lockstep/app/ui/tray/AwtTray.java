package lockstep.app.ui.tray;

import java.awt.AWTException;
import java.awt.EventQueue;
import java.awt.Image;
import java.awt.Menu;
import java.awt.MenuItem;
import java.awt.PopupMenu;
import java.awt.SystemTray;
import java.awt.TrayIcon;
import java.awt.image.BaseMultiResolutionImage;
import java.awt.image.BufferedImage;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.Notice;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.model.TrayView;

/// The tray of systems that AWT knows.
final class AwtTray implements Tray {
  private static final System.Logger LOG = System.getLogger(AwtTray.class.getName());
  private static final int FRAME_MILLIS = 150;

  private final Parts parts;
  private final TrayIcon icon;
  private final javax.swing.Timer animation = new javax.swing.Timer(FRAME_MILLIS, _ -> turn());
  private Overall state = Overall.OFFLINE;
  private int frame;

  /// Where the last notice leads.
  private Goal last = new Goal.ShowPage("");

  private AwtTray(Parts parts) {
    this.parts = parts;
    icon = new TrayIcon(image(), "Lockstep");
    icon.setImageAutoSize(true);
    icon.addActionListener(
        _ -> {
          parts.chosen().accept(last);
          last = new Goal.ShowPage("");
        });
  }

  static Optional<Tray> of(Parts parts) {
    if (!SystemTray.isSupported()) return Optional.empty();
    try {
      var tray = new AwtTray(parts);
      SystemTray.getSystemTray().add(tray.icon);
      return Optional.of(tray);
    } catch (AWTException none) {
      LOG.log(Level.INFO, "there is no tray: {0}", none.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void show(TrayView view) {
    EventQueue.invokeLater(
        () -> {
          state = view.state();
          frame = 0;
          icon.setImage(image());
          icon.setToolTip("Lockstep: " + view.line());
          var menu = new PopupMenu();
          fill(menu, view.menu());
          icon.setPopupMenu(menu);
          if (state == Overall.SYNCING) animation.start();
          else animation.stop();
        });
  }

  private void fill(Menu menu, List<TrayView.Item> items) {
    for (TrayView.Item item : items) {
      switch (item) {
        case TrayView.Separator() -> menu.addSeparator();
        case TrayView.Entry(String label, Optional<Goal> goal) -> {
          var entry = new MenuItem(label);
          entry.setEnabled(goal.isPresent());
          goal.ifPresent(where -> entry.addActionListener(_ -> parts.chosen().accept(where)));
          menu.add(entry);
        }
        case TrayView.Submenu(String label, List<TrayView.Item> below) -> {
          var submenu = new Menu(label);
          fill(submenu, below);
          menu.add(submenu);
        }
      }
    }
  }

  private void turn() {
    frame++;
    icon.setImage(image());
  }

  private Image image() {
    List<List<Picture>> frames = parts.pictures().getOrDefault(state, List.of());
    Image[] sizes =
        frames.get(frame % frames.size()).stream().map(AwtTray::image).toArray(Image[]::new);
    return new BaseMultiResolutionImage(sizes);
  }

  private static BufferedImage image(Picture picture) {
    int side = picture.side();
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, side, side, picture.argb(), 0, side);
    return image;
  }

  @Override
  public void say(Notice notice) {
    EventQueue.invokeLater(
        () -> {
          last = notice.goal();
          icon.displayMessage(
              notice.title(),
              notice.body(),
              notice.urgent() ? TrayIcon.MessageType.WARNING : TrayIcon.MessageType.INFO);
        });
  }

  @Override
  public void withdraw(Predicate<Notice> over) {
    // what is shown goes by itself
  }

  @Override
  public boolean isShown() {
    return true;
  }

  @Override
  public void close() {
    EventQueue.invokeLater(
        () -> {
          animation.stop();
          SystemTray.getSystemTray().remove(icon);
        });
  }
}
