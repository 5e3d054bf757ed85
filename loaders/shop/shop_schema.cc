#include "loaders/shop/shop_file.h"

namespace muster::loaders {
namespace {

struct ShopTag {
  const char* name;
  v1::TagKind kind;
  const char* description;
  uint32_t scale = 0;          // of a NUMBER, or of weights
  const char* separator = "";  // of a MULTI
  const char* weights = "";    // the separator before a weight
  const char* format = "";
};

// In the order of the columns.
constexpr ShopTag kTags[] = {
    {"gender", v1::TAG_KIND_SINGLE, "女 or 男, as the member says"},
    {"birth_date", v1::TAG_KIND_DATE, "Day of birth"},
    {"city", v1::TAG_KIND_SINGLE, "City of the last delivery address"},
    {"province", v1::TAG_KIND_SINGLE, "Province of that city"},
    {"city_tier", v1::TAG_KIND_SINGLE, "Size class of that city"},
    {"会员等级", v1::TAG_KIND_SINGLE, "Level in the loyalty programme, by all that was ever spent"},
    {"vip", v1::TAG_KIND_FLAG, "金卡 and above"},
    {"interests", v1::TAG_KIND_MULTI, "What the member likes, with how much, 0.01 to 1", 2, "|", ":"},
    {"常购品类", v1::TAG_KIND_SINGLE, "What the member buys most"},
    {"channels", v1::TAG_KIND_MULTI, "Where the member shops", 0, "|"},
    {"coupons", v1::TAG_KIND_MULTI, "Coupons that are valid today", 0, "|"},
    {"phone_brand", v1::TAG_KIND_SINGLE, "Maker of the member's phone"},
    {"acquisition_source", v1::TAG_KIND_SINGLE, "How the member came to the shop"},
    {"registered_on", v1::TAG_KIND_DATE, "Day on which the member joined"},
    {"first_app_open", v1::TAG_KIND_TIMESTAMP, "When the app was first opened", 0, "", "", "epoch_ms"},
    {"last_seen", v1::TAG_KIND_TIMESTAMP, "When the member last came by, in any channel"},
    {"last_order_on", v1::TAG_KIND_DATE, "Day of the last order"},
    {"order_count", v1::TAG_KIND_NUMBER, "Orders ever placed"},
    {"order_amount", v1::TAG_KIND_NUMBER, "Sum of all orders, CNY", 2},
    {"order_amount_90d", v1::TAG_KIND_NUMBER, "Sum of the orders of the last 90 days, CNY", 2},
    {"points", v1::TAG_KIND_NUMBER, "Loyalty points"},
    {"balance", v1::TAG_KIND_NUMBER, "Money in the member's account, CNY; negative when owed", 2},
    {"return_rate", v1::TAG_KIND_NUMBER, "Share of orders sent back, 0 to 1", 3},
    {"churn_risk", v1::TAG_KIND_NUMBER, "How likely the member has left for good, 0 to 1", 2},
    {"has_children", v1::TAG_KIND_FLAG, "As the member says"},
    {"sms_consent", v1::TAG_KIND_FLAG, "May be written to by SMS"},
    {"email_consent", v1::TAG_KIND_FLAG, "May be written to by e-mail"},
    {"push_consent", v1::TAG_KIND_FLAG, "May be sent push messages"},
};

}  // namespace

TagSchema ShopSchema() {
  TagSchema schema;
  schema.population = "shop";
  schema.member_id = "member_id";
  schema.time_zone = "Asia/Shanghai";
  for (const ShopTag& model : kTags) {
    SchemaTag tag = {.column = model.name};
    tag.tag.set_name(model.name);
    tag.tag.set_kind(model.kind);
    tag.tag.set_description(model.description);
    tag.tag.set_owner("shop");
    tag.tag.set_source("muster generate shop");
    if (model.kind == v1::TAG_KIND_NUMBER) tag.tag.set_scale(model.scale);
    tag.tag.set_separator(model.separator);
    tag.tag.set_weight_separator(model.weights);
    if (model.weights[0] != '\0') tag.tag.set_weight_scale(model.scale);
    tag.tag.set_format(model.format);
    schema.tags.push_back(std::move(tag));
  }
  return schema;
}

}  // namespace muster::loaders
