/// What is not synced: the built-in rules, `.lockstepignore` files, and what this device leaves out
/// for itself.
///
/// [IgnoreRules] answers for any path; [Excludes] is the text of this device's own choice. Pure.
package lockstep.sync.ignore;
