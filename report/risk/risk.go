// Package risk forecasts how many hard bounces a list would make if it were sent today, how sure that is, and how
// likely the send is to cross the line at which a sending service acts.
//
// Services act on a rate, so what is forecast is not a score per address but the distribution of the list's bounce
// rate. Three ideas carry the package:
//
//   - A Tally counts the rows of a list by everything the model looks at. It holds no addresses, grows with the
//     kinds of rows and not with their number, and depends neither on the order of the rows nor on how they were
//     shared out among workers.
//   - Predict fits a hierarchy (list, then operator, then segment) to a Tally. A bad list is bad everywhere and an
//     operator's purge hits all its mailboxes at once, so the errors of segments are not independent: a forecast
//     that treats them so looks confident and is wrong.
//   - Every number that was not observed stands in one table, Params, with its kind and source, and the forecast
//     says what it would change to be off by its standard deviation.
//
// All functions are pure: no files, no network, no clock, no random numbers. The same Tally and Options give the
// same bits.
package risk

// modelName is the name and revision of the model. It is written to the JSON and compared before two forecasts are
// compared.
const modelName = "hier-betabinom/1"
