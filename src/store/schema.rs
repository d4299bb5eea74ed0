//! The tables of both databases, without columns that the database generates. Written by hand; a test compares it with
//! both.

diesel::table! {
    organizations (id) {
        id -> Text,
        name -> Text,
        created_at -> BigInt,
        member_changes -> BigInt,
    }
}

diesel::table! {
    clock_readings (id) {
        id -> BigInt,
        read_at -> BigInt,
    }
}

diesel::table! {
    installation (id) {
        id -> BigInt,
        organization_id -> Text,
        set_up_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        organization_id -> Text,
        email -> Text,
        email_folded -> Text,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        last_signed_in_at -> Nullable<BigInt>,
        api_key_changes -> BigInt,
        removed_at -> Nullable<BigInt>,
        theme -> Nullable<Text>,
        language -> Nullable<Text>,
        email_proven_at -> Nullable<BigInt>,
        enabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    policies (organization_id) {
        organization_id -> Text,
        settings -> Text,
        who_may_create -> Text,
        unused_revoked_from -> Nullable<BigInt>,
        edits -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    system_api_keys (owner_id) {
        owner_id -> Text,
        api_key_id -> Text,
    }
}

diesel::table! {
    api_key_tokens (id) {
        id -> Text,
        api_key_id -> Text,
        organization_id -> Text,
        lookup -> Text,
        hint -> Text,
        digest -> Text,
        digest_version -> Integer,
        sealed -> Nullable<Text>,
        sealed_version -> Nullable<Integer>,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        ends_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        last_used_address -> Nullable<Text>,
        last_used_agent -> Nullable<Text>,
        used_on -> Nullable<BigInt>,
        used_count -> BigInt,
        overlap_seconds -> Nullable<BigInt>,
        created_by -> Nullable<Text>,
    }
}

diesel::table! {
    deleted_api_key_tokens (id) {
        id -> Text,
        lookup -> Text,
        hint -> Text,
        digest -> Text,
        digest_version -> Integer,
        organization_id -> Text,
        owner_id -> Text,
        api_key_id -> Text,
        name -> Text,
        deleted_at -> BigInt,
    }
}

diesel::table! {
    ended_token_uses (token_id, reported_by, address, agent) {
        token_id -> Text,
        reported_by -> Text,
        address -> Text,
        agent -> Text,
        api_key_id -> Text,
        organization_id -> Text,
        first_used_at -> BigInt,
        last_used_at -> BigInt,
        used_on -> BigInt,
        used_count -> BigInt,
    }
}

diesel::table! {
    ended_token_alarms (api_key_id) {
        api_key_id -> Text,
        raised_at -> BigInt,
    }
}

diesel::table! {
    master_keys (version) {
        version -> Integer,
        fingerprint -> Text,
        first_used_at -> BigInt,
    }
}

diesel::table! {
    api_key_reminders (api_key_id, expires_at, days) {
        api_key_id -> Text,
        expires_at -> BigInt,
        days -> BigInt,
        reminded_at -> BigInt,
    }
}

diesel::table! {
    rotation_reminders (api_key_id, about, due_at, days) {
        api_key_id -> Text,
        about -> Text,
        due_at -> BigInt,
        days -> BigInt,
        reminded_at -> BigInt,
    }
}

diesel::table! {
    sessions (id_digest) {
        id_digest -> Text,
        user_id -> Nullable<Text>,
        state -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        address -> Nullable<Text>,
        agent -> Nullable<Text>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        organization_id -> Text,
        owner_id -> Text,
        name -> Text,
        name_folded -> Text,
        description -> Text,
        lookup -> Text,
        hint -> Text,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        last_used_address -> Nullable<Text>,
        last_used_agent -> Nullable<Text>,
        project_id -> Nullable<Text>,
        scope -> Text,
        trusted_domains -> Text,
        app_identifiers -> Text,
        allowed_networks -> Text,
        permissions -> Nullable<Text>,
        disabled_until -> Nullable<BigInt>,
        revocation_reason -> Nullable<Text>,
        created_by -> Nullable<Text>,
        edits -> BigInt,
        search_text -> Text,
        noted_expiry -> Nullable<BigInt>,
        enabled_at -> Nullable<BigInt>,
        rotate_every_days -> Nullable<BigInt>,
        rotated_at -> Nullable<BigInt>,
        rotation_marked_for -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_key_attributes (api_key_id) {
        api_key_id -> Text,
        organization_id -> Text,
        created_at -> BigInt,
        environment -> Nullable<Text>,
        external_id -> Nullable<Text>,
        metadata -> Nullable<Text>,
        rate_limit -> Nullable<BigInt>,
        rate_limit_period -> Nullable<Text>,
        rate_limit_burst -> Nullable<BigInt>,
        quota -> Nullable<BigInt>,
        quota_period -> Nullable<Text>,
    }
}

diesel::table! {
    trusted_domains (domain, organization_id, api_key_id) {
        domain -> Text,
        organization_id -> Text,
        api_key_id -> Text,
    }
}

diesel::table! {
    api_key_words (api_key_id, word) {
        api_key_id -> Text,
        word -> Text,
        organization_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    api_key_uses (api_key_id, reported_by, address, agent) {
        api_key_id -> Text,
        reported_by -> Text,
        address -> Text,
        agent -> Text,
        first_used_at -> BigInt,
        last_used_at -> BigInt,
    }
}

// Only servers of versions before `api_key_uses` write here.
diesel::table! {
    api_key_callers (api_key_id, address, agent) {
        api_key_id -> Text,
        address -> Text,
        agent -> Text,
        first_used_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    form_submissions (user_id, form_token_digest) {
        user_id -> Text,
        form_token_digest -> Text,
        api_key_id -> Text,
        submitted_at -> BigInt,
    }
}

diesel::table! {
    act_submissions (user_id, form_digest) {
        user_id -> Text,
        form_digest -> Text,
        outcome -> Text,
        submitted_at -> BigInt,
    }
}

diesel::table! {
    selections (id) {
        id -> Text,
        user_id -> Text,
        api_key_ids -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Text,
        organization_id -> Text,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        action -> Text,
        subject_id -> Text,
        details -> Text,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        subject_kind -> Text,
        subject_name -> Nullable<Text>,
        actor_kind -> Text,
        credential_id -> Nullable<Text>,
        number -> Nullable<BigInt>,
        hash -> Nullable<Text>,
    }
}

diesel::table! {
    audit_chains (organization_id) {
        organization_id -> Text,
        last_number -> BigInt,
        last_hash -> Text,
        verified_at -> Nullable<BigInt>,
        verified_number -> Nullable<BigInt>,
        fault -> Nullable<Text>,
    }
}

diesel::table! {
    audit_archives (organization_id, last_number) {
        organization_id -> Text,
        first_number -> BigInt,
        last_number -> BigInt,
        statement -> Text,
    }
}

diesel::table! {
    audit_stream_positions (organization_id) {
        organization_id -> Text,
        number -> BigInt,
    }
}

diesel::table! {
    audit_stream_leases (id) {
        id -> BigInt,
        holder -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    verification_state (id) {
        id -> BigInt,
        last_change -> BigInt,
        default_organization -> Nullable<Text>,
    }
}

diesel::table! {
    verification_changes (number) {
        number -> BigInt,
        changed_at -> BigInt,
        api_key_id -> Nullable<Text>,
    }
}

diesel::table! {
    verification_counts (api_key_id, day, code) {
        organization_id -> Text,
        api_key_id -> Text,
        day -> BigInt,
        code -> Text,
        count -> BigInt,
    }
}

// Sums of `verification_counts`. A subject is an organization or a person.
diesel::table! {
    usage_days (subject_id, day, code) {
        subject_id -> Text,
        day -> BigInt,
        code -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    busiest_api_keys (organization_id, day, api_key_id) {
        organization_id -> Text,
        day -> BigInt,
        api_key_id -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        organization_id -> Text,
        email -> Text,
        email_folded -> Text,
        role -> Text,
        token_digest -> Text,
        invited_by -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        mail_token_digest -> Nullable<Text>,
    }
}

diesel::table! {
    invitation_mail_failures (invitation_id) {
        invitation_id -> Text,
        failed_at -> BigInt,
    }
}

diesel::table! {
    password_resets (user_id) {
        user_id -> Text,
        token_digest -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    key_limits (api_key_id) {
        api_key_id -> Text,
        resets -> BigInt,
    }
}

diesel::table! {
    key_limit_claims (api_key_id, limit_window, window_start, server_id) {
        api_key_id -> Text,
        limit_window -> Text,
        window_start -> BigInt,
        server_id -> Text,
        claimed -> BigInt,
        wanted -> BigInt,
        demand -> BigInt,
        uses -> Text,
        is_closed -> BigInt,
        stored_at -> BigInt,
        ends_at -> BigInt,
    }
}

diesel::table! {
    key_limit_servers (server_id) {
        server_id -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    rate_limits (subject) {
        subject -> Text,
        free_at -> BigInt,
    }
}

diesel::table! {
    projects (id) {
        id -> Text,
        organization_id -> Text,
        name -> Text,
        name_folded -> Text,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_permissions (organization_id, name) {
        organization_id -> Text,
        name -> Text,
        description -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    role_api_grants (organization_id, role, api_grant) {
        organization_id -> Text,
        role -> Text,
        api_grant -> Text,
    }
}

diesel::table! {
    member_api_grants (user_id, api_grant) {
        user_id -> Text,
        organization_id -> Text,
        api_grant -> Text,
    }
}

diesel::table! {
    exercised_permissions (api_key_id, permission) {
        api_key_id -> Text,
        permission -> Text,
        used_on -> BigInt,
    }
}

diesel::table! {
    unused_permission_marks (api_key_id) {
        api_key_id -> Text,
        organization_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    former_token_labels (organization_id, label) {
        organization_id -> Text,
        label -> Text,
    }
}

diesel::table! {
    migration_releases (step) {
        step -> Text,
        release -> Text,
    }
}

diesel::joinable!(users -> organizations (organization_id));
diesel::joinable!(api_keys -> projects (project_id));
diesel::allow_tables_to_appear_in_same_query!(
    api_keys,
    users,
    projects,
    policies,
    system_api_keys,
    api_key_tokens,
    api_key_attributes
);
diesel::allow_tables_to_appear_in_same_query!(invitations, users, organizations);
diesel::allow_tables_to_appear_in_same_query!(policies, organizations);
diesel::allow_tables_to_appear_in_same_query!(verification_state, installation);
diesel::allow_tables_to_appear_in_same_query!(trusted_domains, api_keys);
diesel::allow_tables_to_appear_in_same_query!(trusted_domains, users);
diesel::allow_tables_to_appear_in_same_query!(exercised_permissions, api_keys);
