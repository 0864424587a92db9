/// The icon in the system's tray, its menu, and notices. [Tray] is what the window knows of it;
/// [DBusTray] speaks StatusNotifierItem, `com.canonical.dbusmenu` and the desktop's notifications
/// (Linux), [AwtTray] serves other systems. What is said and shown is decided in
/// [lockstep.app.ui.model].
package lockstep.app.ui.tray;
