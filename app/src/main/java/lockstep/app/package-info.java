/// The program: command line, daemon and control API. [lockstep.app.Main] is the one place that
/// names adapters; everything below is handed what it needs.
///
/// One process is one command. Most commands ([lockstep.app.Task]) are clients: they read the
/// address and token of the running daemon from the home ([lockstep.app.Home]), ask its control API
/// ([lockstep.app.ApiClient]) and print what comes back ([lockstep.app.Report], or the JSON as it
/// is). They load no class of the engine, so they answer in a blink.
///
/// Two commands serve: `daemon` and `up`. [lockstep.app.Daemon] locks the home, opens network and
/// engine with the device's key ([lockstep.app.Identity], [lockstep.app.KeyStore]) and puts
/// [lockstep.app.ControlApi] on a [lockstep.app.LocalServer], behind the [lockstep.app.Guard].
/// [lockstep.app.Service] makes that the work of a process, with logs and signals. `up` is a daemon
/// with an ordinary client in front of it.
///
/// `ui` opens the [lockstep.app.Desktop], found as a service, for its libraries are on the class
/// path of that command alone; it starts a daemon in a process of its own if none answers.
///
/// What goes wrong reaches people as a [lockstep.app.Failure]: what, why, what to do. Text that
/// comes from outside passes [lockstep.app.Terminal#safe] before it is shown.
package lockstep.app;
