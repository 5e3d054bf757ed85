// Facts about the values of a NUMBER, DATE or TIMESTAMP tag, for `muster tags TAG`.
#ifndef MUSTER_CLIENTS_CLI_NUMBER_FACTS_H_
#define MUSTER_CLIENTS_CLI_NUMBER_FACTS_H_

#include <string>
#include <utility>
#include <vector>

#include "muster/v1/catalog_service.pb.h"
#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// Whether the tag's kind has a least and a greatest value, and at least one member has a value.
bool HasNumbers(const v1::Tag& tag);

// The request: the values of all members, and five percentiles.
v1::SummarizeNumberRequest NumberQuestion(const std::string& population, const std::string& tag);

// Name and text of each fact for people, ascending, the mean last; for dates the mean is empty. Empty when no
// member has a value. REQUIRES: `answer` is the response to NumberQuestion.
std::vector<std::pair<std::string, std::string>> NumberFacts(const v1::SummarizeNumberResponse& answer);

// The same as CSV: `measure,value`, one line per number.
std::string NumberCsv(const v1::SummarizeNumberResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_NUMBER_FACTS_H_
