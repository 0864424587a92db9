/// The signed, hash-chained, append-only ledger and the folder state derived from it.
package lockstep.ledger;
