#include "index/segments/segment_record.h"

#include <algorithm>

#include "index/catalog/records.pb.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/sum.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {

uint64_t SegmentNameSum(std::string_view name) { return SumOf(name, 0); }

SavedPin PinOf(const Segment& segment) { return {SegmentNameSum(segment.name), segment.identity}; }

std::string EncodeSegment(const Segment& segment) {
  records::SegmentRecord record;
  record.set_text(segment.definition.text);
  record.set_canonical(segment.definition.canonical);
  for (const std::string& used : segment.definition.uses) record.add_uses(used);
  for (const std::string& list : segment.definition.lists) record.add_lists(list);
  for (const std::string& salt : segment.definition.salts) record.add_salts(salt);
  record.set_identity(segment.identity);
  record.set_version(segment.version);
  record.set_created_unix_micros(absl::ToUnixMicros(segment.created));
  record.set_updated_unix_micros(absl::ToUnixMicros(segment.updated));
  return record.SerializeAsString();
}

absl::StatusOr<Segment> DecodeSegment(std::string_view key, std::string_view bytes) {
  records::SegmentRecord record;
  const bool sound = !key.empty() && record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
                     !record.text().empty() && !record.canonical().empty() && record.identity() != 0 &&
                     record.version() != 0 && std::is_sorted(record.uses().begin(), record.uses().end()) &&
                     std::is_sorted(record.lists().begin(), record.lists().end()) &&
                     std::is_sorted(record.salts().begin(), record.salts().end());
  if (!sound) return Corrupt("segments", Sentence("the segment ", Quoted(key), " can't be read"));
  Segment segment;
  segment.name = key;
  segment.definition.text = record.text();
  segment.definition.canonical = record.canonical();
  segment.definition.uses.assign(record.uses().begin(), record.uses().end());
  segment.definition.lists.assign(record.lists().begin(), record.lists().end());
  segment.definition.salts.assign(record.salts().begin(), record.salts().end());
  segment.identity = record.identity();
  segment.version = record.version();
  segment.created = absl::FromUnixMicros(record.created_unix_micros());
  segment.updated = absl::FromUnixMicros(record.updated_unix_micros());
  return segment;
}

}  // namespace muster::index
