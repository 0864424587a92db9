/// What the desktop shows, as values: read from the control API, judged and put in words here, and
/// free of everything that draws. Whatever comes from outside has its control characters written
/// out ([lockstep.app.Terminal#safe]) where a text for people is made of it.
package lockstep.app.ui.model;
