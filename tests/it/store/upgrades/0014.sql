UPDATE verification_state SET default_organization = 'org_06gp8pv801d5kcdb7qvpha86uc';
