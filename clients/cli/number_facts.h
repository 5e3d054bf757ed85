// What is known of the values of a NUMBER, DATE or TIMESTAMP tag, for `muster tags TAG`.
#ifndef MUSTER_CLIENTS_CLI_NUMBER_FACTS_H_
#define MUSTER_CLIENTS_CLI_NUMBER_FACTS_H_

#include <string>
#include <utility>
#include <vector>

#include "muster/v1/catalog_service.pb.h"
#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// Whether the tag's values have a least and a greatest one, and some member has one.
bool HasNumbers(const v1::Tag& tag);

// What is asked: everybody's values, and five percentiles.
v1::SummarizeNumberRequest NumberQuestion(const std::string& population, const std::string& tag);

// Name and text of each fact, for people, ascending, the mean last: an empty text for dates. None when no
// member has a value. REQUIRES: `answer` is that of NumberQuestion.
std::vector<std::pair<std::string, std::string>> NumberFacts(const v1::SummarizeNumberResponse& answer);

// The same as CSV: `measure,value`, one line a number.
std::string NumberCsv(const v1::SummarizeNumberResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_NUMBER_FACTS_H_
