INSERT INTO act_submissions (user_id, form_digest, outcome, submitted_at) VALUES
    ('user_06gp8pv800dpq1i1mp0e4rpto0', '5555555555555555555555555555555555555555555555555555555555555555', '',
     1794268800000000);
INSERT INTO selections (id, user_id, api_key_ids, made_at) VALUES
    ('sel_06gp8pv801t0dci8pnjjhlvta8', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     'key_06gp8pv803vu3oo1g9rt4201jo key_06gp8pv801g4q41d3jtg9tcr64', 1794268800000000);
