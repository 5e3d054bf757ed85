#include "loaders/feeding/file_load.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/status/status_macros.h"
#include "loaders/feeding/input_digest.h"
#include "loaders/feeding/long_records.h"
#include "loaders/feeding/record_batcher.h"
#include "text/utf8.h"

namespace muster::loaders {
namespace {

constexpr size_t kMaxStemBytes = 150;  // of the 200 that a label may have

// The next batch and the progress by then; a message without a batch marks the end of the file.
struct Piece {
  v1::LoadRecordsRequest message;
  LoadProgress progress;
};

// `sink`: the batcher, or what passes records on to it.
absl::StatusOr<Piece> NextPiece(RecordReader& reader, RecordSink& sink, RecordBatcher& batcher, bool& ended) {
  while (!ended && !batcher.Full()) {
    ASSIGN_OR_RETURN(auto more, reader.ReadSome(sink));
    ended = !more;
  }
  Piece piece;
  if (!batcher.Empty()) piece.message = batcher.TakeBatch();
  piece.progress = {reader.bytes_read(), reader.size(), batcher.records()};
  return piece;
}

// The columns of a long table. Tags and their columns are in the spec.
std::string DescribedLayout(const TagSchema& schema) {
  std::string text = schema.member_id + "\n";
  if (schema.long_table.has_value()) {
    const LongTable& table = *schema.long_table;
    absl::StrAppend(&text, "long ", table.tag, "\n", table.value, "\n", table.weight, "\n");
  }
  for (const SchemaTag& tag : schema.tags) absl::StrAppend(&text, tag.column, "\n");
  return text;
}

// The parts of a format that affect how the same bytes are read.
std::string Described(const TagSchema& schema, const TextFormat& format) {
  if (format.kind == TextKind::kNdjson)
    return absl::StrCat("ndjson ", format.encoding, DescribedLayout(schema));
  std::string text = absl::StrCat(DescribedLayout(schema), format.delimiter, "\n",
                                  static_cast<int>(format.quote), " ", static_cast<int>(format.escape), " ",
                                  format.trailing_delimiter, " ", format.encoding, "\n");
  for (const std::string& column : format.columns) absl::StrAppend(&text, column, "\n");
  return text;
}

absl::StatusOr<v1::LoadSpec> SpecOf(const FileLoad& load, const RecordReader& reader) {
  v1::LoadSpec spec;
  spec.set_population(load.schema.population);
  spec.set_time_zone(load.schema.time_zone);
  spec.set_create_population(load.create_population);
  spec.set_mode(load.mode);
  spec.set_label(load.label.empty() ? MakeLabel(load.path) : load.label);
  spec.set_business_date(load.business_date);
  for (const SchemaTag& tag : load.schema.tags) *spec.add_tags() = tag.tag;
  if (load.schema.long_table.has_value()) spec.set_layout(v1::RECORD_LAYOUT_LONG);
  for (const std::string& text : load.schema.missing) spec.add_missing(text);
  spec.set_keep_white_space(load.schema.format.keep_white_space);
  if (load.max_rejected.has_value()) spec.set_max_rejected(*load.max_rejected);
  spec.set_make_current(load.make_current);
  spec.set_allow_future(load.allow_future);
  spec.set_allow_empty(load.allow_empty);
  const std::string how = Described(load.schema, reader.format());
  if (!load.parts.empty()) {
    ASSIGN_OR_RETURN(auto digest, DigestOfParts(load.parts, how));
    spec.set_input_sha256(digest);
  } else if (load.path != "-" && reader.size().has_value()) {
    ASSIGN_OR_RETURN(auto digest, DigestOfFile(load.path, how));
    spec.set_input_sha256(digest);
  }
  return spec;
}

absl::StatusOr<RecordBatcher> BatcherOf(const TagSchema& schema, const RecordReader& reader) {
  ASSIGN_OR_RETURN(auto id_column, FindColumn(reader, schema.member_id));
  std::vector<size_t> tag_columns;
  if (schema.long_table.has_value()) return RecordBatcher(id_column, {id_column});  // see LongRecords
  for (const SchemaTag& tag : schema.tags) {
    ASSIGN_OR_RETURN(auto column, FindColumn(reader, tag.column));
    tag_columns.push_back(column);
  }
  return RecordBatcher(id_column, std::move(tag_columns));
}

}  // namespace

std::string MakeLabel(const std::string& path) {
  const std::filesystem::path named(path);
  std::string stem = path == "-"            ? "stdin"
                     : named.has_filename() ? named.filename().string()
                                            : named.parent_path().filename().string();
  const bool has_control =
      std::any_of(stem.begin(), stem.end(), [](char c) { return absl::ascii_iscntrl(c); });
  if (stem.size() > kMaxStemBytes || has_control || !IsValidUtf8(stem)) stem = "load";
  // Many small loads may begin within a second. The clock tells them apart even if processors, or copies of a
  // virtual machine, draw the same random number.
  std::random_device random;
  const absl::Time now = absl::Now();
  const uint64_t digits = (uint64_t{random()} << 16) ^ static_cast<uint64_t>(absl::ToUnixNanos(now));
  return absl::StrCat(stem, "-", absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone()), "-",
                      absl::StrFormat("%012x", digits & 0xffff'ffff'ffff));
}

absl::StatusOr<v1::LoadRecordsResponse> FeedFile(
    client::Client& client, const FileLoad& load, RecordReader& reader,
    const std::function<void(const LoadProgress&)>& on_progress) {
  ASSIGN_OR_RETURN(auto batcher, BatcherOf(load.schema, reader));
  std::optional<LongRecords> long_records;
  if (load.schema.long_table.has_value()) {
    ASSIGN_OR_RETURN(long_records, LongRecords::Make(load.schema, reader, batcher));
  }
  RecordSink& sink = long_records.has_value() ? static_cast<RecordSink&>(*long_records) : batcher;
  ASSIGN_OR_RETURN(auto spec, SpecOf(load, reader));
  const auto stream = client.BeginLoad(spec);
  bool ended = false;
  const auto read_ahead = [&] {
    return std::async(std::launch::async, [&] { return NextPiece(reader, sink, batcher, ended); });
  };
  // Reading is one piece ahead of sending. The future owns reader and batcher until its piece is taken.
  auto next = read_ahead();
  while (true) {
    ASSIGN_OR_RETURN(auto piece, next.get());
    if (!piece.message.has_batch()) break;
    next = read_ahead();
    const bool wanted = stream->Feed(piece.message);
    on_progress(piece.progress);
    if (!wanted) break;  // the server has answered already
  }
  if (next.valid()) next.wait();
  return stream->Commit(batcher.records());
}

}  // namespace muster::loaders
