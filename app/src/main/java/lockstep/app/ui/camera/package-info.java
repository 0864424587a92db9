/// Pictures from a camera of this computer, as [lockstep.app.ui] scans them for a QR code.
///
/// [Camera] is the port: what there is, and how to turn it on. The one adapter speaks Video4Linux2
/// to the kernel: [V4l2Camera] knows the protocol, [V4l2] the structures, [Kernel] the system
/// calls, [Encoding] and [Jpeg] turn what a camera sends into a [Shot]. What a driver says of sizes
/// is judged before memory is touched: a camera is a device that anybody may plug in. Elsewhere
/// than on Linux there is no camera.
package lockstep.app.ui.camera;
