/// The desktop window (JavaFX): thin views over [lockstep.app.ui.model], which knows the daemon.
///
/// [JavaFxDesktop] is the way in; [App] holds what all views share; [Frame] is the window with its
/// sidebar, [FirstRun] what comes before it, and each `…Page` one screen. Views run on the thread
/// that draws and never block it: whatever may take its time goes through `Session.ask` or
/// `Background.run`, and only these bring results back. A camera ([lockstep.app.ui.camera]) is
/// watched by [Scan], and on while [Viewfinder] can be seen. All looks are in `lockstep.css`, all
/// words in the `texts` bundles.
package lockstep.app.ui;
