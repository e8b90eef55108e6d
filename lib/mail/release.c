/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether content may be handed out. */
#include "mail/open.h"

/* A part opened by itself: all of its layers are good, or with @p unverified open. */
static int isolated_is_good(const smime_report *report, int unverified)
{
    int some = 0;
    int good = !report->isolated_unreadable && (unverified || !report->isolated_structural);

    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        int32_t binding;

        if (!layer->isolated)
            continue;
        some = 1;
        if (smime__layer_encrypts(layer))
            good &= layer->opened;
        else if (layer->kind == SMIME_LAYER_SIGNED)
            good &= unverified || smime__signers_good(layer, &binding);
        else
            good &= !layer->failed;
    }
    return some && good;
}

/* By the layers of the envelope. */
static int releases(const smime_report *report, int32_t release)
{
    int encrypted = 0, all_opened = 1;

    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        if (layer->errant || layer->kind == SMIME_LAYER_SIGNED)
            continue;
        encrypted |= smime__layer_encrypts(layer);
        all_opened &= smime__layer_encrypts(layer) ? layer->opened : !layer->failed;
    }
    switch (release) {
    case SMIME_RELEASE_VERIFIED:
        return report->summary == SMIME_SUMMARY_VERIFIED ||
               report->summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED;
    case SMIME_RELEASE_DECRYPTED:
        return (encrypted || report->isolation) && all_opened && report->status >= 0;
    case SMIME_RELEASE_UNVERIFIED:
        return all_opened && report->status >= 0 &&
               report->summary != SMIME_SUMMARY_UNDECIDED;
    case SMIME_RELEASE_NOTHING:
        return 0;
    default:
        return report->summary != SMIME_SUMMARY_UNDECIDED &&
               report->summary != SMIME_SUMMARY_INVALID &&
               report->summary != SMIME_SUMMARY_LOCKED;
    }
}

int smime__verdict_releases(const smime_report *report, int32_t release)
{
    int unverified = release == SMIME_RELEASE_UNVERIFIED || release == SMIME_RELEASE_DECRYPTED;

    if (!releases(report, release))
        return 0;
    return !report->isolation ||
           (release != SMIME_RELEASE_VERIFIED && isolated_is_good(report, unverified));
}
