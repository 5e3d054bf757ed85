// What stored records belong to: the storage layers know tags only by number.
#ifndef MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_
#define MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_

#include <map>
#include <string_view>

#include "index/bitmap/row_id.h"
#include "index/storage/environment.h"
#include "index/storage/subject.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// The subject that a record's key names: a tag, a store or an edge by its number, or an id list, a salt, a
// segment or a tag by its name. kNone for other databases and for keys that are too short.
Subject SubjectOfRecord(DatabaseId database, std::string_view key);

// The names of tags, id lists and salts, and the tags of stores and edges, as far as they can be read. A
// plain value.
class RecordOwners {
 public:
  // Reads them from an index environment. Damaged records are skipped.
  static RecordOwners Read(Environment& index, TreeGuard& guard);

  // The tag, id list or salt, with its name, or everyone, to which a tag's number, a store or an edge
  // belongs. `subject` itself if that is unknown, and if it has no number.
  Subject OwnerOf(const Subject& subject) const;

 private:
  std::map<TagId, Subject> named_;
  std::map<StoreId, TagId> stores_;
  std::map<EdgeId, TagId> edges_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_
