/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every function of the headers is called with nothing: none crashes, and what answers with a
 * status says that an argument is missing. */
#include "common.h"

#include <string.h>

#define REFUSED(call) ck_assert_int_eq(call, SMIME_E_INVALID_ARG)

START_TEST(certificates)
{
    REFUSED(smime_cert_new(NULL, 0, NULL));
    (void)smime_cert_ref(NULL);
    smime_cert_unref(NULL);
    (void)smime_cert_der(NULL, NULL);
    (void)smime_cert_subject(NULL);
    (void)smime_cert_issuer(NULL);
    (void)smime_cert_serial(NULL);
    (void)smime_cert_sha256(NULL);
    (void)smime_cert_not_before(NULL);
    (void)smime_cert_not_after(NULL);
    (void)smime_cert_email_count(NULL);
    (void)smime_cert_email(NULL, 0);
    (void)smime_cert_is_for(NULL, NULL);
    (void)smime_cert_is_ca(NULL);
    (void)smime_cert_path_length(NULL);
    (void)smime_cert_version(NULL);
    (void)smime_cert_key_kind(NULL);
    (void)smime_cert_key_bits(NULL);
    (void)smime_cert_key_usage(NULL);
    ck_assert_ptr_null(smime_cert_field(NULL, SMIME_FIELD_TBS, NULL));
    REFUSED(smime_cert_item(NULL, 0, 0, NULL));
    REFUSED(smime_cert_extension(NULL, 0, NULL, NULL, NULL, NULL));
}
END_TEST

START_TEST(revocation_lists)
{
    REFUSED(smime_crl_new(NULL, NULL, 0, NULL));
    ck_assert_ptr_null(smime_crl_ref(NULL));
    smime_crl_unref(NULL);
    ck_assert_ptr_null(smime_crl_der(NULL, NULL));
    ck_assert_ptr_null(smime_crl_field(NULL, SMIME_FIELD_TBS, NULL));
    (void)smime_crl_issuer(NULL);
    (void)smime_crl_sha256(NULL);
    (void)smime_crl_this_update(NULL);
    ck_assert_int_eq(smime_crl_next_update(NULL, NULL), 0);
    ck_assert_ptr_null(smime_crl_number(NULL));
    ck_assert_ptr_null(smime_crl_base_number(NULL));
    (void)smime_crl_indirect(NULL);
    ck_assert_uint_eq(smime_crl_count(NULL), 0);
    REFUSED(smime_crl_entry(NULL, 0, NULL, NULL, NULL, NULL));
    ck_assert_int_eq(smime_crl_lists(NULL, NULL, NULL, NULL), 0);
    REFUSED(smime_crl_extension(NULL, 0, NULL, NULL, NULL, NULL));
}
END_TEST

START_TEST(ocsp_responses)
{
    REFUSED(smime_ocsp_new(NULL, NULL, 0, NULL));
    ck_assert_ptr_null(smime_ocsp_ref(NULL));
    smime_ocsp_unref(NULL);
    ck_assert_ptr_null(smime_ocsp_der(NULL, NULL));
    ck_assert_int_ne(smime_ocsp_responder_status(NULL), 0);
    (void)smime_ocsp_produced_at(NULL);
    ck_assert_ptr_null(smime_ocsp_nonce(NULL, NULL));
    ck_assert_uint_eq(smime_ocsp_count(NULL), 0);
    ck_assert_int_eq(smime_ocsp_state(NULL, 0), SMIME_OCSP_UNKNOWN);
    ck_assert_ptr_null(smime_ocsp_serial(NULL, 0, NULL));
    ck_assert_int_eq(smime_ocsp_times(NULL, 0, NULL, NULL), 0);
    ck_assert_int_eq(smime_ocsp_revoked(NULL, 0, NULL, NULL), 0);
    REFUSED(smime_ocsp_request(NULL, NULL, NULL, NULL, 0, NULL, NULL));
}
END_TEST

START_TEST(keys_and_bags)
{
    REFUSED(smime_identity_new(NULL, NULL, 0, NULL, NULL));
    (void)smime_identity_ref(NULL);
    smime_identity_unref(NULL);
    (void)smime_identity_cert(NULL);
    (void)smime_identity_usable(NULL, 0, 0, NULL);
    REFUSED(smime_bag_new(NULL, NULL));
    smime_bag_free(NULL);
    REFUSED(smime_bag_add_password(NULL, NULL));
    REFUSED(smime_bag_add(NULL, NULL, 0));
    (void)smime_bag_error_text(NULL);
    (void)smime_bag_cert_count(NULL);
    (void)smime_bag_cert(NULL, 0);
    (void)smime_bag_identity_count(NULL);
    (void)smime_bag_identity(NULL, 0);
    (void)smime_bag_orphan_count(NULL);
    (void)smime_bag_crl_count(NULL);
    ck_assert_ptr_null(smime_bag_crl(NULL, 0));
    (void)smime_bag_ocsp_count(NULL);
    ck_assert_ptr_null(smime_bag_ocsp(NULL, 0));
    (void)smime_bag_skipped_count(NULL);
}
END_TEST

START_TEST(parsers_and_entities)
{
    REFUSED(smime_parser_new(NULL, NULL));
    smime_parser_free(NULL);
    REFUSED(smime_parser_select(NULL, NULL, 0));
    REFUSED(smime_parser_set_sink(NULL, NULL, NULL, NULL));
    REFUSED(smime_parser_write(NULL, NULL, 0, NULL));
    REFUSED(smime_parser_read(NULL, NULL, 0, NULL));
    REFUSED(smime_parser_finish(NULL));
    (void)smime_parser_error_text(NULL);
    (void)smime_parser_root(NULL);
    (void)smime_parser_entity(NULL, NULL);
    (void)smime_parser_defect_count(NULL);
    REFUSED(smime_parser_defect(NULL, 0, NULL, NULL, NULL, NULL));
    (void)smime_entity_path(NULL);
    (void)smime_entity_type(NULL);
    (void)smime_entity_disposition(NULL);
    (void)smime_entity_filename(NULL);
    (void)smime_entity_encoding(NULL);
    (void)smime_entity_offset(NULL);
    (void)smime_entity_body_offset(NULL);
    (void)smime_entity_length(NULL);
    (void)smime_entity_decoded_length(NULL);
    (void)smime_entity_parameter_count(NULL);
    REFUSED(smime_entity_parameter(NULL, 0, NULL, NULL));
    (void)smime_entity_child_count(NULL);
    (void)smime_entity_child(NULL, 0);
    REFUSED(smime_parser_set_events(NULL, NULL, NULL, NULL, 0, 0, NULL, NULL));
    REFUSED(smime_parser_buffer(NULL, NULL, 0));
    REFUSED(smime_parser_body(NULL, NULL, 0, NULL, NULL));
    REFUSED(smime_parser_set_shallow(NULL, 0));
    REFUSED(smime_parser_set_hazards(NULL, 0));
    REFUSED(smime_entity_safe_filename(NULL, NULL));
    ck_assert_ptr_null(smime_entity_type_parameter(NULL, NULL));
    ck_assert_uint_eq(smime_entity_field_count(NULL), 0);
    ck_assert_ptr_null(smime_entity_field_name(NULL, 0, NULL));
    ck_assert_ptr_null(smime_entity_field_value(NULL, 0, NULL));
    ck_assert_ptr_null(smime_entity_field_raw(NULL, 0, NULL));
    ck_assert_uint_eq(smime_entity_field_offset(NULL, 0), 0);
    REFUSED(smime_entity_field_text(NULL, 0, NULL));
    REFUSED(smime_entity_find_field(NULL, NULL, 0, NULL));
    REFUSED(smime_entity_date(NULL, NULL, NULL));
    REFUSED(smime_entity_addresses(NULL, NULL, NULL));
    REFUSED(smime_entity_message_id(NULL, NULL, 0, NULL));
    ck_assert_uint_eq(smime_entity_hazards(NULL), 0);
}
END_TEST

START_TEST(mailboxes)
{
    REFUSED(smime_addresses_new(NULL, 0, NULL));
    ck_assert_ptr_null(smime_addresses_ref(NULL));
    smime_addresses_unref(NULL);
    ck_assert_uint_eq(smime_addresses_count(NULL), 0);
    ck_assert_ptr_null(smime_addresses_address(NULL, 0));
    ck_assert_ptr_null(smime_addresses_name(NULL, 0));
    ck_assert_ptr_null(smime_addresses_group(NULL, 0));
    ck_assert_uint_eq(smime_addresses_group_count(NULL), 0);
    ck_assert_int_eq(smime_addresses_defective(NULL), 0);
    REFUSED(smime_address_format(NULL, NULL, NULL));
}
END_TEST

START_TEST(composers)
{
    REFUSED(smime_composer_new(NULL, 0, NULL));
    smime_composer_free(NULL);
    ck_assert_str_eq(smime_composer_error_text(NULL), "");
    REFUSED(smime_composer_add_field(NULL, NULL, NULL));
    REFUSED(smime_composer_add_mailbox(NULL, NULL, NULL, NULL));
    REFUSED(smime_composer_add_reference(NULL, NULL, NULL));
    REFUSED(smime_composer_set_message_id(NULL, NULL));
    REFUSED(smime_composer_set_text(NULL, NULL, 0));
    REFUSED(smime_composer_set_html(NULL, NULL, 0));
    REFUSED(smime_composer_add_related(NULL, NULL, NULL, NULL, 0));
    REFUSED(smime_composer_attach(NULL, NULL, NULL, NULL, 0));
    REFUSED(smime_composer_attach_function(NULL, NULL, NULL, NULL, NULL, NULL));
    REFUSED(smime_composer_attach_message(NULL, NULL, 0));
    REFUSED(smime_composer_write(NULL, NULL, NULL));
    REFUSED(smime_composer_buffer(NULL, NULL, NULL));
}
END_TEST

START_TEST(editors)
{
    REFUSED(smime_editor_new(NULL, NULL));
    smime_editor_free(NULL);
    REFUSED(smime_editor_set_field(NULL, NULL, NULL, 0));
    REFUSED(smime_editor_add_field(NULL, NULL, NULL, 0));
    REFUSED(smime_editor_remove_field(NULL, NULL));
    REFUSED(smime_editor_set_carry(NULL, 0));
    REFUSED(smime_editor_set_sink(NULL, NULL, NULL, NULL));
    REFUSED(smime_editor_write(NULL, NULL, 0, NULL));
    REFUSED(smime_editor_read(NULL, NULL, 0, NULL));
    REFUSED(smime_editor_finish(NULL));
    REFUSED(smime_editor_buffer(NULL, NULL, 0, NULL, NULL));
    ck_assert_str_eq(smime_editor_error_text(NULL), "");
}
END_TEST

START_TEST(opening)
{
    REFUSED(smime_open_new(NULL, NULL));
    smime_open_free(NULL);
    REFUSED(smime_open_add_identity(NULL, NULL));
    REFUSED(smime_open_use_store(NULL, NULL));
    REFUSED(smime_open_set_release(NULL, 0));
    REFUSED(smime_open_set_sink(NULL, NULL, NULL, NULL, NULL));
    REFUSED(smime_open_write(NULL, NULL, 0, NULL));
    REFUSED(smime_open_read(NULL, NULL, 0, NULL));
    REFUSED(smime_open_finish(NULL));
    REFUSED(smime_open_buffer(NULL, NULL, 0, NULL, NULL));
    REFUSED(smime_open_fd(NULL, 0, 0));
    REFUSED(smime_open_report(NULL, NULL));
    (void)smime_open_error_text(NULL);
    (void)smime_open_error_offset(NULL);
}
END_TEST

START_TEST(paths)
{
    REFUSED(smime_path_check(NULL, NULL, NULL, 0, NULL, NULL));
    (void)smime_path_ref(NULL);
    smime_path_unref(NULL);
    (void)smime_path_status(NULL);
    (void)smime_path_valid(NULL);
    (void)smime_path_reason(NULL);
    (void)smime_path_text(NULL);
    (void)smime_path_count(NULL);
    (void)smime_path_cert(NULL, 0);
    (void)smime_path_fault(NULL);
    ck_assert_ptr_null(smime_path_anchor(NULL));
    (void)smime_path_revocation(NULL, 0);
    (void)smime_path_revocation_source(NULL, 0);
    ck_assert_str_eq(smime_path_revocation_text(NULL, 0), "");
    ck_assert_int_eq(smime_path_revocation_times(NULL, 0, NULL, NULL), 0);
    ck_assert_int_eq(smime_path_revoked(NULL, 0, NULL, NULL), 0);
    (void)smime_path_tried_count(NULL);
    ck_assert_ptr_null(smime_path_tried_reason(NULL, 0));
    ck_assert_ptr_null(smime_path_tried_text(NULL, 0));
    (void)smime_path_tried_length(NULL, 0);
    ck_assert_ptr_null(smime_path_tried_cert(NULL, 0));
    (void)smime_path_policy_count(NULL);
    (void)smime_path_policy(NULL, 0);
    (void)smime_path_steps(NULL);
    (void)smime_path_signatures(NULL);
}
END_TEST

START_TEST(policies)
{
    REFUSED(smime_policy_new(0, NULL));
    (void)smime_policy_ref(NULL);
    smime_policy_unref(NULL);
    REFUSED(smime_policy_set_limit(NULL, 0, 0));
    REFUSED(smime_policy_get_limit(NULL, 0, NULL));
    REFUSED(smime_policy_set_time(NULL, 0));
    REFUSED(smime_policy_set_revocation(NULL, 0));
    REFUSED(smime_policy_set_clock_tolerance(NULL, 0));
    REFUSED(smime_policy_add_initial_policy(NULL, NULL));
    REFUSED(smime_policy_set_path_flags(NULL, 0));
    REFUSED(smime_policy_set_spool_directory(NULL, NULL));
    REFUSED(smime_policy_set_spool_functions(NULL, NULL, NULL, NULL, NULL, NULL, NULL));
}
END_TEST

START_TEST(protecting)
{
    REFUSED(smime_protect_new(NULL, NULL));
    smime_protect_free(NULL);
    REFUSED(smime_protect_sign(NULL, NULL));
    REFUSED(smime_protect_encrypt_to(NULL, NULL));
    REFUSED(smime_protect_encrypt_to_self(NULL, NULL));
    REFUSED(smime_protect_no_self(NULL));
    REFUSED(smime_protect_set_opaque(NULL, 0));
    REFUSED(smime_protect_set_digest(NULL, 0));
    REFUSED(smime_protect_set_pss(NULL, 0));
    REFUSED(smime_protect_set_cipher(NULL, 0));
    REFUSED(smime_protect_set_transport(NULL, 0, 0));
    REFUSED(smime_protect_set_sink(NULL, NULL, NULL, NULL, NULL));
    REFUSED(smime_protect_write(NULL, NULL, 0, NULL));
    REFUSED(smime_protect_read(NULL, NULL, 0, NULL));
    REFUSED(smime_protect_finish(NULL));
    REFUSED(smime_protect_buffer(NULL, NULL, 0, NULL, NULL));
    REFUSED(smime_protect_fd(NULL, 0, 0));
    (void)smime_protect_error_text(NULL);
    (void)smime_protect_note_count(NULL);
    (void)smime_protect_note(NULL, 0);
}
END_TEST

START_TEST(everything_else)
{
    (void)smime_status_category(0);
    (void)smime_status_name(0);
    (void)smime_status_text(0);
    REFUSED(smime_status_at(0, NULL));
    (void)smime_version_number();
    (void)smime_version_text();
    smime_free(NULL);
    REFUSED(smime_store_new(NULL));
    (void)smime_store_ref(NULL);
    smime_store_unref(NULL);
    REFUSED(smime_store_add_anchor(NULL, NULL));
    REFUSED(smime_store_add_cert(NULL, NULL));
    REFUSED(smime_store_add_distrusted(NULL, NULL));
    REFUSED(smime_store_add_crl(NULL, NULL));
    REFUSED(smime_store_add_ocsp(NULL, NULL));
    REFUSED(smime_store_add_system_anchors(NULL, NULL));
    REFUSED(smime_store_restrict_use(NULL, NULL, 0));
    REFUSED(smime_store_restrict_address(NULL, NULL, NULL));
    REFUSED(smime_store_restrict_names(NULL, NULL, NULL, 0));
    (void)smime_store_count(NULL);
}
END_TEST

/* The getters of a report, of nothing and beyond every end. */
static void ask(const smime_report *report, size_t at)
{
    (void)smime_report_summary(report);
    (void)smime_report_presentation(report);
    (void)smime_report_text(report);
    (void)smime_report_status(report);
    (void)smime_report_reason_count(report);
    (void)smime_report_reason_code(report, at);
    (void)smime_report_reason_text(report, at);
    (void)smime_report_reason_layer(report, at);
    (void)smime_report_reason_signer(report, at);
    (void)smime_report_reason_certificate(report, at);
    (void)smime_report_reason_offset(report, at);
    (void)smime_report_from_address(report);
    (void)smime_report_from_display_name(report);
    (void)smime_report_from_binding(report);
    (void)smime_report_layer_count(report);
    (void)smime_report_layer_kind(report, at);
    (void)smime_report_layer_errant(report, at);
    (void)smime_report_layer_algorithm(report, at);
    (void)smime_report_layer_encrypts(report, at);
    (void)smime_report_layer_authenticated(report, at);
    (void)smime_report_layer_opened(report, at);
    (void)smime_report_covers_layer(report, at);
    (void)smime_report_covers_offset(report, at);
    (void)smime_report_covers_length(report, at);
    (void)smime_report_covers_part_count(report, at);
    (void)smime_report_covers_part(report, at, at);
    (void)smime_report_recipient_count(report, at);
    (void)smime_report_recipient_kind(report, at, at);
    (void)smime_report_recipient_identifier(report, at, at);
    (void)smime_report_recipient_algorithm(report, at, at);
    (void)smime_report_recipient_opened(report, at, at);
    (void)smime_report_signer_count(report, at);
    (void)smime_report_signer_status(report, at, at);
    (void)smime_report_signer_cert(report, at, at);
    (void)smime_report_signer_digest(report, at, at);
    (void)smime_report_signer_signature(report, at, at);
    (void)smime_report_signer_path(report, at, at);
    (void)smime_report_signer_binding(report, at, at);
    (void)smime_report_header_count(report);
    (void)smime_report_header_name(report, at);
    (void)smime_report_header_value(report, at);
    (void)smime_report_header_protection(report, at);
    (void)smime_report_defect_count(report);
}

START_TEST(reports)
{
    static const size_t places[] = { 0, 1, 1000, SIZE_MAX };
    sending how = { .from = { "alice-p256" }, .to = { "bob-p256" } };
    reading by = { .keys = { "bob-p256" } };
    outcome got = opened(&by, protected(&how, text(plain_mail)));
    int64_t seconds = 5;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        ask(NULL, places[i]);
        ask(got.report, places[i]);
    }
    smime_report_unref(NULL);
    ck_assert_ptr_null(smime_report_ref(NULL));
    REFUSED(smime_report_signer_time(NULL, 0, 0, NULL));
    REFUSED(smime_report_defect(NULL, 0, NULL, NULL, NULL, NULL, NULL));
    ck_assert_int_eq(smime_report_signer_time(got.report, 0, 0, &seconds), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(seconds, 5); /* written only on success */
    ck_assert_int_eq(smime_report_signer_time(got.report, 1, 0, &seconds), SMIME_OK);
    ck_assert_int_eq(smime_report_defect(got.report, 1000, NULL, NULL, NULL, NULL, NULL),
                     SMIME_E_NOT_FOUND);
}
END_TEST

/* The same for reading mail. */
START_TEST(half_of_the_arguments_of_readers)
{
    static const char plain[] = "From: a@x.org\n\nx\n";
    smime_parser *parser;
    smime_addresses *list = NULL;
    const smime_entity *root;
    const char *name = NULL;
    char *text = NULL;
    uint8_t *data = NULL;
    size_t len = 7;
    int64_t seconds = 7;

    REFUSED(smime_addresses_new(NULL, 1, &list));
    REFUSED(smime_addresses_new("a@x", 3, NULL));
    REFUSED(smime_address_format("a", NULL, &text));
    REFUSED(smime_address_format("a", "a@x", NULL));

    ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
    REFUSED(smime_parser_buffer(parser, NULL, 1));
    ck_assert_int_eq(smime_parser_buffer(parser, plain, strlen(plain)), SMIME_OK);
    root = smime_parser_root(parser);
    REFUSED(smime_parser_body(parser, NULL, 0, &data, &len));
    REFUSED(smime_parser_body(NULL, root, 0, &data, &len));
    REFUSED(smime_parser_body(parser, root, -1, &data, &len));
    REFUSED(smime_parser_body(parser, root, 4, &data, &len));
    REFUSED(smime_parser_body(parser, root, 0, NULL, &len));
    REFUSED(smime_parser_body(parser, root, 0, &data, NULL));
    REFUSED(smime_entity_safe_filename(root, NULL));
    ck_assert_ptr_null(smime_entity_type_parameter(root, NULL));
    REFUSED(smime_entity_field_text(root, 0, NULL));
    REFUSED(smime_entity_find_field(root, NULL, 0, &len));
    REFUSED(smime_entity_find_field(root, "From", 0, NULL));
    REFUSED(smime_entity_date(root, NULL, &seconds));
    REFUSED(smime_entity_date(root, "From", NULL));
    REFUSED(smime_entity_addresses(root, NULL, &list));
    REFUSED(smime_entity_addresses(root, "From", NULL));
    REFUSED(smime_entity_message_id(root, NULL, 0, &text));
    REFUSED(smime_entity_message_id(root, "From", 0, NULL));
    REFUSED(smime_entity_parameter(root, 0, NULL, &name));
    REFUSED(smime_entity_parameter(root, 0, &name, NULL));
    ck_assert(!list && !text && !data && !name && len == 7 && seconds == 7);
    smime_parser_free(parser);
}
END_TEST

START_TEST(half_of_the_arguments_of_composers)
{
    smime_composer *composer = NULL;
    uint8_t *data = NULL;
    size_t len = 7;

    REFUSED(smime_composer_new(NULL, -1, &composer));
    REFUSED(smime_composer_new(NULL, 3, &composer));
    ck_assert_ptr_null(composer);
    ck_assert_int_eq(smime_composer_new(NULL, 0, &composer), SMIME_OK);
    REFUSED(smime_composer_add_field(composer, NULL, "x"));
    REFUSED(smime_composer_add_field(composer, "X", NULL));
    REFUSED(smime_composer_add_mailbox(composer, NULL, "x", "a@x"));
    REFUSED(smime_composer_add_mailbox(composer, "To", "x", NULL));
    REFUSED(smime_composer_add_reference(composer, NULL, "a@x"));
    REFUSED(smime_composer_add_reference(composer, "References", NULL));
    REFUSED(smime_composer_set_message_id(composer, NULL));
    REFUSED(smime_composer_set_text(composer, NULL, 1));
    REFUSED(smime_composer_set_html(composer, NULL, 1));
    REFUSED(smime_composer_add_related(composer, NULL, "a/b", "x", 1));
    REFUSED(smime_composer_add_related(composer, "a@x", NULL, "x", 1));
    REFUSED(smime_composer_add_related(composer, "a@x", "a/b", NULL, 1));
    REFUSED(smime_composer_attach(composer, "x", NULL, "x", 1));
    REFUSED(smime_composer_attach(composer, "x", "a/b", NULL, 1));
    REFUSED(smime_composer_attach_function(composer, "x", "a/b", NULL, NULL, NULL));
    REFUSED(smime_composer_attach_message(composer, NULL, 1));
    REFUSED(smime_composer_attach_message(composer, "x", 0));
    REFUSED(smime_composer_write(composer, NULL, NULL));
    REFUSED(smime_composer_buffer(composer, NULL, &len));
    REFUSED(smime_composer_buffer(composer, &data, NULL));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "From", NULL, "a@x"), SMIME_OK);
    ck_assert_int_eq(smime_composer_set_text(composer, NULL, 0), SMIME_OK);
    ck_assert_int_eq(smime_composer_attach(composer, NULL, "a/b", NULL, 0), SMIME_OK);
    ck_assert(!data && len == 7);
    ck_assert_int_eq(smime_composer_buffer(composer, &data, &len), SMIME_OK);
    smime_free(data);
    smime_composer_free(composer);
}
END_TEST

START_TEST(half_of_the_arguments_of_editors)
{
    static const char plain[] = "From: a@x.org\n\nx\n";
    smime_editor *editor;
    uint8_t *data = NULL;
    size_t len = 7;

    ck_assert_int_eq(smime_editor_new(NULL, &editor), SMIME_OK);
    REFUSED(smime_editor_set_field(editor, NULL, "x", 0));
    REFUSED(smime_editor_set_field(editor, "X", NULL, 0));
    REFUSED(smime_editor_add_field(editor, NULL, "x", 0));
    REFUSED(smime_editor_add_field(editor, "X", NULL, 0));
    REFUSED(smime_editor_remove_field(editor, NULL));
    REFUSED(smime_editor_set_sink(editor, NULL, NULL, NULL));
    REFUSED(smime_editor_write(editor, NULL, 1, &len));
    REFUSED(smime_editor_write(editor, "x", 1, NULL));
    REFUSED(smime_editor_read(editor, NULL, 1, &len));
    REFUSED(smime_editor_read(editor, &len, 1, NULL));
    REFUSED(smime_editor_buffer(editor, NULL, 1, &data, &len));
    REFUSED(smime_editor_buffer(editor, "x", 1, NULL, &len));
    REFUSED(smime_editor_buffer(editor, "x", 1, &data, NULL));
    ck_assert_int_eq(smime_editor_buffer(editor, plain, strlen(plain), &data, &len), SMIME_OK);
    ck_assert_uint_eq(len, strlen(plain));
    smime_free(data);
    smime_editor_free(editor);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nothing");
    TCase *tests = tcase_create("nothing");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, certificates);
    tcase_add_test(tests, revocation_lists);
    tcase_add_test(tests, ocsp_responses);
    tcase_add_test(tests, keys_and_bags);
    tcase_add_test(tests, parsers_and_entities);
    tcase_add_test(tests, mailboxes);
    tcase_add_test(tests, composers);
    tcase_add_test(tests, editors);
    tcase_add_test(tests, opening);
    tcase_add_test(tests, paths);
    tcase_add_test(tests, policies);
    tcase_add_test(tests, protecting);
    tcase_add_test(tests, everything_else);
    tcase_add_test(tests, reports);
    tcase_add_test(tests, half_of_the_arguments_of_readers);
    tcase_add_test(tests, half_of_the_arguments_of_composers);
    tcase_add_test(tests, half_of_the_arguments_of_editors);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
