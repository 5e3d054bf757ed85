// The parts of a population that its views read.
#ifndef MUSTER_INDEX_VIEWS_STORED_PARTS_H_
#define MUSTER_INDEX_VIEWS_STORED_PARTS_H_

#include "index/catalog/catalogue.h"
#include "index/dictionary/member_dictionary.h"
#include "index/lists/id_list_store.h"
#include "index/salts/salt_store.h"
#include "index/storage/environment.h"
#include "index/views/value_counts.h"

namespace muster::index {

// Borrowed from the population, which its views keep alive. Each is thread-safe.
struct StoredParts {
  const Catalogue& catalogue;
  const MemberDictionary& members;
  Environment& index;
  ValueCounts& value_counts;
  const IdListStore& lists;
  const SaltStore& salts;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_PARTS_H_
