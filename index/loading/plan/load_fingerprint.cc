// The fingerprint by which two loads of one label are the same load.
#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "index/loading/plan/load_plan.h"
#include "index/storage/identity.h"
#include "index/storage/pages/keys.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Appends a text with its length, so that two different specs never give the same bytes.
void Append(std::string& to, std::string_view text) {
  AppendU64(to, text.size());
  to.append(text);
}

// Leaves the scale out: a load's numbers get the tag's scale, which may be widened between two loads of one
// label. CheckScales refuses a load with a finer scale.
void AppendTag(std::string& to, const LoadTagSpec& tag) {
  Append(to, tag.name);
  AppendU32(to, tag.kind ? static_cast<uint32_t>(*tag.kind) : 0);
  Append(to, tag.separator);
  Append(to, tag.weight_separator);
  AppendU32(to, static_cast<uint32_t>(tag.weight_scale));
  AppendU32(to, tag.replace_on_merge ? 1 : 0);
  Append(to, tag.clear);
  Append(to, tag.format);
  to += tag.decimal_point;
  AppendU32(to, static_cast<uint32_t>(tag.on_conflict));
  AppendU64(to, tag.missing.size());
  for (const std::string& missing : tag.missing) Append(to, missing);
}

// Appends the content of a schema file.
void AppendSchema(std::string& to, const LoadSpec& spec) {
  AppendU32(to, spec.trim ? 1 : 0);
  AppendU32(to, spec.is_long ? 1 : 0);
  AppendU64(to, spec.missing.size());
  for (const std::string& missing : spec.missing) Append(to, missing);
  AppendU64(to, spec.tags.size());
  for (const LoadTagSpec& tag : spec.tags) AppendTag(to, tag);
}

std::string_view ModeName(LoadMode mode) {
  switch (mode) {
    case LoadMode::kMerge:
      return "MERGE";
    case LoadMode::kReplace:
      return "REPLACE";
    case LoadMode::kRemove:
      return "REMOVE";
  }
  return "load";
}

std::string Sha256Of(std::string_view content) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace

std::string FingerprintOf(const LoadSpec& spec) {
  std::string content;
  Append(content, "muster load 3");
  AppendU32(content, static_cast<uint32_t>(spec.mode));
  Append(content, spec.business_date ? DateText(*spec.business_date) : "");
  AppendSchema(content, spec);
  // Only if it is set: loads from before it was known keep their fingerprints.
  if (spec.update_only) Append(content, "update only");
  return Sha256Of(content);
}

std::string ContentText(const LoadSpec& spec) {
  constexpr size_t kTagsShown = 5;
  std::string text = Sentence("a ", ModeName(spec.mode), spec.update_only ? " (update only) of " : " of ",
                              spec.tags.size(), spec.tags.size() == 1 ? " tag" : " tags");
  for (size_t i = 0; i < spec.tags.size() && i < kTagsShown; ++i) {
    text += Sentence(i == 0 ? " (" : ", ", spec.tags[i].name);
  }
  if (!spec.tags.empty()) text += spec.tags.size() > kTagsShown ? ", …)" : ")";
  if (spec.business_date) text += Sentence(" for ", DateText(*spec.business_date));
  if (spec.input_sha256.empty()) return text + " from an unknown input";
  // The schema only: mode and date are named separately.
  std::string schema;
  AppendSchema(schema, spec);
  return text + Sentence(", input ", ShortHash(spec.input_sha256), ", schema ", ShortHash(Sha256Of(schema)));
}

std::string ShortHash(const std::string& hash) {
  constexpr size_t kBytes = 6;
  return absl::BytesToHexString(ForAbseil(hash.substr(0, kBytes)));
}

std::string MakeLabel(absl::CivilDay day) {
  return absl::StrFormat("load-%04d%02d%02d-%016x", day.year(), day.month(), day.day(), NewIdentity());
}

}  // namespace muster::index
