// Warns of inputs that may be no lists of member ids.
#ifndef MUSTER_INDEX_LISTS_ID_LIST_WARNINGS_H_
#define MUSTER_INDEX_LISTS_ID_LIST_WARNINGS_H_

#include <string>
#include <vector>

#include "index/lists/id_list_intake.h"

namespace muster::index {

// One sentence each: that no id is known, that the first line seems to be a header, that the ids seem to be
// lines of a table. REQUIRES: the list is not empty.
std::vector<std::string> WarningsOf(const IdListResult& result, const FirstId& first);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_WARNINGS_H_
